using Orleans;

namespace FheOrleans.Grains;

/// <summary>Evaluates one part of an inference, on whichever silo it is placed. Key: <see cref="GrainKeys.Worker"/>.</summary>
[Alias("fhe.inference-worker")]
public interface IInferenceWorkerGrain : IGrainWithStringKey
{
    /// <summary>
    /// Takes the order and returns at once; the outcome goes to <see cref="IInferenceGrain.PartFinishedAsync"/>. An order that is being
    /// worked on already is not taken twice.
    /// </summary>
    /// <param name="order">What to evaluate.</param>
    /// <returns>When the order is taken.</returns>
    [Alias("evaluate")]
    Task EvaluateAsync(PartOrder order);

    /// <summary>Gives the order up if it is being worked on; nothing is reported then.</summary>
    /// <returns>When the work was told to stop.</returns>
    [Alias("cancel")]
    Task CancelAsync();
}
