using FheOrleans.Ckks;
using FheOrleans.Ckks.Wire;
using FheOrleans.Client.Herds;
using FheOrleans.Client.Nodes;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;

namespace FheOrleans.Client.Forecasts;

/// <summary>A model's circuit in one form, and how a set of windows lies in it.</summary>
/// <param name="Model">The model's reference, <c>publisher/model</c>.</param>
/// <param name="Version">The model's version.</param>
/// <param name="Plan">What must be known to encrypt and to read the result.</param>
/// <param name="Report">The compiler's report as text.</param>
/// <param name="Packer">Puts the windows into slots.</param>
/// <param name="Parameters">The plan's CKKS parameters.</param>
public sealed record SelectedCircuit(string Model, int Version, CircuitPlan Plan, string Report, WindowPacker Packer,
    CkksParameters Parameters)
{
    /// <summary>The forms that the node weighed for the job, the chosen one first; empty where the form was asked for.</summary>
    public IReadOnlyList<PlanCandidate> Candidates { get; init; } = [];

    /// <summary>The form as text.</summary>
    public string Form => Plan.Form.ToString();

    /// <summary>Bytes of one input ciphertext, encrypted under the secret key with a seed.</summary>
    public long CiphertextBytes => SealSizes.Ciphertext(Parameters, Plan.InputLevel, seeded: true);

    /// <summary>Bytes of all input ciphertexts.</summary>
    public long UploadBytes => CiphertextBytes * Plan.InputCiphertexts * Packer.BatchCount;

    /// <summary>Asks the node for the model's plan in a form, or in the form that it predicts to be the fastest for these
    /// windows.</summary>
    /// <param name="node">The node, as a data owner.</param>
    /// <param name="model">The model's reference, <c>publisher/model</c>.</param>
    /// <param name="version">The model's version.</param>
    /// <param name="form">Which form; null to have it chosen.</param>
    /// <param name="part">What is to be forecast.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="NoCircuitException">The network cannot be compiled in that form, or in any.</exception>
    /// <exception cref="ShapeMismatchException">The windows are not what the network takes.</exception>
    public static async Task<SelectedCircuit> ChooseAsync(
        NodeClient node, string model, int version, CircuitForm? form, HerdPart part, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(part);
        try
        {
            var answer = form is null
                ? await node.GetPlanAsync(model, version, JobOf(part), cancellation).ConfigureAwait(false)
                : await node.GetPlanAsync(model, version, form.ToString(), cancellation).ConfigureAwait(false);
            return Create(model, version, answer.Plan, answer.Report, part.Windows) with { Candidates = answer.Candidates };
        }
        catch (NodeRefusedException refused) when (refused.Type == ProblemTypes.InvalidPayload)
        {
            throw new NoCircuitException(refused.Detail, refused);
        }
    }

    /// <summary>The circuit of a plan that is known already.</summary>
    /// <exception cref="ShapeMismatchException">The windows are not what the network takes.</exception>
    internal static SelectedCircuit Create(string model, int version, byte[] plan, string report, WindowSet windows)
    {
        var read = CircuitPlan.FromJson(plan);
        if (windows.TimePoints != read.TimePoints || windows.Features != read.Features)
            throw new ShapeMismatchException((windows.TimePoints, windows.Features), (read.TimePoints, read.Features));
        return new(model, version, read, report, new(read, windows), read.CreateParameters());
    }

    /// <summary>The size of the job in all: nothing of single animals, nor how many there are.</summary>
    /// <param name="part">What is to be forecast.</param>
    public static PlannedJob JobOf(HerdPart part)
    {
        ArgumentNullException.ThrowIfNull(part);
        return new(part.Windows.Rows, part.Count);
    }
}
