using Orleans;
using Orleans.Concurrency;

namespace FheOrleans.Grains;

/// <summary>
/// A model: a network with its weights in the clear, in versions. Key: <see cref="GrainKeys.Model"/>. Nothing compiled is stored: the
/// compiler gives the same circuit for the same network everywhere.
/// </summary>
/// <remarks>
/// Every reading method is told for whom it reads. To an owner who may not use the model, it does not exist.
/// </remarks>
[Alias("fhe.model")]
public interface IModelGrain : IGrainWithStringKey
{
    /// <summary>Publishes a version. The same network again gives the version it has already, and sets the visibility.</summary>
    /// <param name="networkJson">The network as JSON, at most <see cref="Limits.NetworkBytes"/> bytes.</param>
    /// <param name="visibility">Who may use the model, all versions of it: <see cref="ModelVisibility.Public"/> for public models and no
    /// others.</param>
    /// <param name="publisher">
    /// Who publishes, as <c>tenant/member</c>; empty for the operator. A public model is its first publisher's, and the operator's.
    /// </param>
    /// <returns>The version, from 1.</returns>
    /// <exception cref="InvalidPayloadException">It is no network, or no circuit can be made of it.</exception>
    /// <exception cref="LimitExceededException">The network is too large, or there are too many versions or models.</exception>
    /// <exception cref="AccessRefusedException">The public model is somebody else's.</exception>
    [Alias("publish"), ResponseTimeout("00:05:00")]
    Task<int> PublishAsync([Immutable] byte[] networkJson, ModelVisibility visibility, string publisher = "");

    /// <summary>Describes the model.</summary>
    /// <param name="reader">The name of the data owner who asks.</param>
    /// <returns>The model.</returns>
    /// <exception cref="NotFoundException">There is no such model for the reader.</exception>
    [Alias("describe"), ReadOnly]
    Task<ModelDescription> DescribeAsync(string reader);

    /// <summary>What a data owner must know to use a version: form, parameters, keys. It holds no weights.</summary>
    /// <param name="reader">The name of the data owner who asks.</param>
    /// <param name="version">The version.</param>
    /// <param name="request">The form, or the job for which one is chosen.</param>
    /// <returns>The plan.</returns>
    /// <exception cref="NotFoundException">There is no such model or version for the reader.</exception>
    /// <exception cref="InvalidPayloadException">
    /// There is no such form, the job is out of range, or no circuit can be made of the network in that form, or in any that serves the
    /// job.
    /// </exception>
    [Alias("plan"), ReadOnly, ResponseTimeout("00:05:00")]
    Task<ModelPlan> PlanAsync(string reader, int version, PlanRequest request);

    /// <summary>The network of a version. For workers; the gateway gives it to nobody.</summary>
    /// <param name="reader">The name of the data owner whose inference it is.</param>
    /// <param name="version">The version.</param>
    /// <returns>The network as JSON.</returns>
    /// <exception cref="NotFoundException">There is no such model or version for the reader.</exception>
    [Alias("read-network"), AlwaysInterleave]
    Task<Payload> ReadNetworkAsync(string reader, int version);

    /// <summary>
    /// Which network a version is, for whoever is about to evaluate it. Asked before each part and each point, whatever is in memory
    /// there: what is deleted, or taken back from its readers, is not begun with any more, on whichever silo.
    /// </summary>
    /// <param name="reader">The name of the data owner whose evaluation it is.</param>
    /// <param name="version">The version.</param>
    /// <returns>SHA-256 of the network's JSON, hexadecimal.</returns>
    /// <exception cref="NotFoundException">There is no such model or version for the reader.</exception>
    [Alias("read-sha256"), AlwaysInterleave]
    Task<string> ReadSha256Async(string reader, int version);

    /// <summary>Who published a public model first, and may delete it beside the operator.</summary>
    /// <returns><c>tenant/member</c>; empty for the operator; null when there is no such model.</returns>
    [Alias("read-publisher"), ReadOnly]
    Task<string?> ReadPublisherAsync();

    /// <summary>Which model of this name is there: another after it was deleted and published anew.</summary>
    /// <returns>Its mark; <see cref="Guid.Empty"/> when there is none.</returns>
    [Alias("read-incarnation"), ReadOnly]
    Task<Guid> ReadIncarnationAsync();

    /// <summary>Erases the model; <see cref="IDeletionGrain"/> calls this, and nobody else. Erasing what is not there is no
    /// error.</summary>
    /// <param name="incarnation">Which one of this name; another one stays.</param>
    /// <returns>When nothing of it is stored.</returns>
    [Alias("delete")]
    Task DeleteAsync(Guid incarnation);
}
