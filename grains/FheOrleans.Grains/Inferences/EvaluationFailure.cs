using FheOrleans.Ckks;
using FheOrleans.Networks.Execution;

namespace FheOrleans.Grains.Inferences;

/// <summary>What of a failed evaluation its owner is told.</summary>
internal static class EvaluationFailure
{
    /// <summary>
    /// What belongs to the input is told and final. What belongs to the node may pass, and its owner need not know the particulars.
    /// </summary>
    internal static (string Words, bool IsTransient) Of(Exception failure) =>
        failure is FheOrleansException and not StorageException or CkksException or CircuitInputException
        ? (failure.Message, false)
        : ($"The node failed ({failure.GetType().Name}); its log has the particulars.", true);
}
