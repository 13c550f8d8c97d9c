using FheOrleans.Ckks;
using FheOrleans.Ckks.Wire;
using FheOrleans.Client.Nodes;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;

namespace FheOrleans.Client.Forecasts;

/// <summary>A model's circuit in one layout, and how a set of windows lies in it.</summary>
/// <param name="Model">The model's reference, <c>publisher/model</c>.</param>
/// <param name="Version">The model's version.</param>
/// <param name="Plan">What must be known to encrypt and to read the result.</param>
/// <param name="Report">The compiler's report as text.</param>
/// <param name="Packer">Puts the windows into slots.</param>
/// <param name="Parameters">The plan's CKKS parameters.</param>
public sealed record SelectedCircuit(string Model, int Version, CircuitPlan Plan, string Report, WindowPacker Packer,
    CkksParameters Parameters)
{
    /// <summary>The layout in the node's words.</summary>
    public DataLayout Layout => Plan.Layout == CircuitLayout.Herd ? DataLayout.Herd : DataLayout.Series;

    /// <summary>Bytes of one input ciphertext, encrypted under the secret key with a seed.</summary>
    public long CiphertextBytes => SealSizes.Ciphertext(Parameters, Plan.InputLevel, seeded: true);

    /// <summary>Bytes of all input ciphertexts.</summary>
    public long UploadBytes => CiphertextBytes * Plan.InputCiphertexts * Packer.BatchCount;

    /// <summary>Asks the node for the model's plans and takes the layout asked for, or the one with the fewest bytes to upload.</summary>
    /// <param name="node">The node, as a data owner.</param>
    /// <param name="model">The model's reference, <c>publisher/model</c>.</param>
    /// <param name="version">The model's version.</param>
    /// <param name="choice">Which layout.</param>
    /// <param name="windows">What is to be forecast.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="NoCircuitException">The network cannot be compiled in any layout allowed.</exception>
    /// <exception cref="ShapeMismatchException">The windows are not what the network takes.</exception>
    public static async Task<SelectedCircuit> ChooseAsync(
        NodeClient node, string model, int version, LayoutChoice choice, WindowSet windows, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(windows);
        DataLayout[] allowed = choice switch
        {
            LayoutChoice.Herd => [DataLayout.Herd],
            LayoutChoice.Series => [DataLayout.Series],
            _ => [DataLayout.Series, DataLayout.Herd],
        };
        SelectedCircuit? best = null;
        NodeRefusedException? refusal = null;
        foreach (var layout in allowed)
        {
            try
            {
                var (plan, report) = await node.GetPlanAsync(model, version, layout, cancellation).ConfigureAwait(false);
                var circuit = Create(model, version, plan, report, windows);
                if (best is null || circuit.UploadBytes < best.UploadBytes) best = circuit;
            }
            catch (NodeRefusedException refused) when (!refused.IsTransient && refused.Type is not (ProblemTypes.NotFound or ProblemTypes.Unauthenticated or ProblemTypes.Forbidden))
            {
                // The network may have no circuit in one layout and still have one in the other.
                refusal = refused;
            }
        }
        return best ?? throw new NoCircuitException(refusal!.Detail, refusal);
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
}
