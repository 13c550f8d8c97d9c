using System.Net.Http.Headers;
using System.Text;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Client.Nodes;

public sealed partial class NodeClient
{
    /// <summary>Publishes a network as a model's next version. The same bytes again give the version they have.</summary>
    /// <param name="model">The model's name, without a publisher: the caller is the publisher.</param>
    /// <param name="networkJson">The network as <c>Network.ToJson</c> writes it; its weights are in the clear.</param>
    /// <param name="visibility">Who may use it.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The model's reference, <c>publisher/model</c>, and the version.</returns>
    public Task<PublishedVersion> PublishModelAsync(
        string model, ReadOnlyMemory<byte> networkJson, ModelVisibility visibility, CancellationToken cancellation = default)
    {
        var content = new ReadOnlyMemoryContent(networkJson);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return _transport.SendAsync<PublishedVersion>(HttpMethod.Post, Routes.ModelVersionsOf(model, visibility), content, cancellation);
    }

    /// <summary>
    /// Deletes a model with all its versions. What uses it fails at its next part or point. Deleting one that is not there is no error.
    /// </summary>
    /// <param name="model">The model's name, without a publisher: the caller is the publisher.</param>
    /// <param name="isPublic">Whether it is the public model of that name.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>When its bytes are gone.</returns>
    /// <exception cref="NodeRefusedException">It is a public model that somebody else has published.</exception>
    public Task DeleteModelAsync(string model, bool isPublic = false, CancellationToken cancellation = default) =>
        DeleteAsync(Routes.OwnModelOf(model, isPublic), cancellation);

    /// <summary>Asks which models the caller may use: its own, those its co-operative shares, and public ones.</summary>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<ModelList> GetModelsAsync(CancellationToken cancellation = default) =>
        _transport.SendAsync<ModelList>(HttpMethod.Get, Routes.Models, null, cancellation);

    /// <summary>Asks what versions a model has.</summary>
    /// <param name="model">The model's reference, <c>publisher/model</c>.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<ModelDescription> GetModelAsync(string model, CancellationToken cancellation = default) =>
        _transport.SendAsync<ModelDescription>(HttpMethod.Get, Routes.ModelOf(model), null, cancellation);

    /// <summary>Asks for what a data owner needs to encrypt for a model.</summary>
    /// <param name="model">The model's reference, <c>publisher/model</c>.</param>
    /// <param name="version">The version.</param>
    /// <param name="form">The circuit's form, such as <c>series</c>, <c>herd</c> or <c>polyphase-4-complex</c>.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<NodePlan> GetPlanAsync(string model, int version, string form, CancellationToken cancellation = default) =>
        GetPlanAsync(Routes.PlanOf(model, version, form), cancellation);

    /// <summary>Asks for what a data owner needs to encrypt for a model, in the form that the node predicts to take the least time.</summary>
    /// <param name="model">The model's reference, <c>publisher/model</c>.</param>
    /// <param name="version">The version.</param>
    /// <param name="job">The job's size; the node learns it from the upload anyway.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<NodePlan> GetPlanAsync(string model, int version, PlannedJob job, CancellationToken cancellation = default) =>
        GetPlanAsync(Routes.PlanFor(model, version, job), cancellation);

    private async Task<NodePlan> GetPlanAsync(string path, CancellationToken cancellation)
    {
        var plan = await _transport.SendAsync<ModelPlan>(HttpMethod.Get, path, null, cancellation).ConfigureAwait(false);
        return new(Encoding.UTF8.GetBytes(plan.Plan.GetRawText()), plan.Report) { Form = plan.Form, Candidates = plan.Candidates };
    }
}
