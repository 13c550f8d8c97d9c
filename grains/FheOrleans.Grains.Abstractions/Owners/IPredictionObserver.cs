using Orleans;

namespace FheOrleans.Grains;

/// <summary>Gets a data owner's events as they happen. The grains hold it weakly: whoever subscribed keeps it alive.</summary>
[Alias("fhe.prediction-observer")]
public interface IPredictionObserver : IGrainObserver
{
    /// <summary>Gets one event. Return soon: the next event comes after this one is over.</summary>
    /// <param name="prediction">The event, with its result if it has one.</param>
    /// <returns>When the observer has it.</returns>
    [Alias("prediction")]
    Task OnPredictionAsync(PredictionEvent prediction);
}
