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
    /// <returns>
    /// True when the order is taken. False from a silo that is stopping: it finishes what it has and takes nothing new. Order of another of the
    /// part's workers then, which is placed anew.
    /// </returns>
    [Alias("evaluate"), ResponseTimeout("00:00:05")]
    Task<bool> EvaluateAsync(PartOrder order);

    /// <summary>Gives the order up if it is being worked on; nothing is reported then.</summary>
    /// <returns>When the work was told to stop.</returns>
    [Alias("cancel"), ResponseTimeout("00:00:05")]
    Task CancelAsync();
}
