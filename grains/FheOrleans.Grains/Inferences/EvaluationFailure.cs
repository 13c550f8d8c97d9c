using FheOrleans.Ckks;
using FheOrleans.Networks.Execution;
using Orleans.Runtime;

namespace FheOrleans.Grains.Inferences;

/// <summary>What of a failed evaluation its owner is told, and what it means for the next try.</summary>
/// <param name="Words">What the owner is told.</param>
/// <param name="IsTransient">Whether another try may succeed.</param>
/// <param name="IsOutage">Whether it says nothing of the part: something it uses was away.</param>
internal sealed record EvaluationFailure(string Words, bool IsTransient, bool IsOutage)
{
    /// <summary>
    /// What belongs to the input is told and final. What belongs to the node may pass, and its owner need not know the particulars. Storage that is
    /// away, or a silo that has just died, is nobody's failure: the part is tried again for as long as it takes.
    /// </summary>
    internal static EvaluationFailure Of(Exception failure) => failure switch
    {
        StorageException { IsTransient: true } or OrleansException or TimeoutException => new(OfNode(failure), IsTransient: true, IsOutage: true),
        StorageException => new(OfNode(failure), IsTransient: true, IsOutage: false),
        FheOrleansException or CkksException or CircuitInputException => new(failure.Message, IsTransient: false, IsOutage: false),
        _ => new(OfNode(failure), IsTransient: true, IsOutage: false),
    };

    private static string OfNode(Exception failure) => $"The node failed ({failure.GetType().Name}); its log has the particulars.";
}
