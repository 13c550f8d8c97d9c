namespace FheOrleans.Client.Forecasts;

/// <summary>
/// What has come of an inference so far. Kept in the home; forecasts are in the clear, so the file is for its owner only.
/// </summary>
/// <param name="Inference">The inference's id.</param>
/// <param name="Dataset">The dataset it is computed from.</param>
/// <param name="Model">The model's reference.</param>
/// <param name="Version">The model's version.</param>
/// <param name="Plan">The plan of the model's circuit, by which results are read.</param>
/// <param name="State">Running, completed, failed or cancelled.</param>
/// <param name="Parts">How many parts it has.</param>
/// <param name="Read">Parts that have been decrypted.</param>
/// <param name="Normalized">A forecast for each window, in the network's units; null where its part has not come.</param>
/// <param name="EvaluationSeconds">The node's seconds of computation, summed over the parts that came.</param>
/// <param name="ResultBytes">Bytes of the results that came.</param>
/// <param name="Failure">Why it ended without a result; null unless it did.</param>
public sealed record ForecastRecord(
    string Inference, string Dataset, string Model, int Version, byte[] Plan, ForecastState State, int Parts, IReadOnlyList<int> Read,
    IReadOnlyList<double?> Normalized, double EvaluationSeconds,
    long ResultBytes, string? Failure)
{
    /// <summary>Whether nothing more will come.</summary>
    public bool IsEnded => State != ForecastState.Running;
}

/// <summary>Where a forecast is.</summary>
public enum ForecastState
{
    /// <summary>Results are still to come.</summary>
    Running,

    /// <summary>Every part has been decrypted.</summary>
    Completed,

    /// <summary>The node could not compute it.</summary>
    Failed,

    /// <summary>It was stopped.</summary>
    Cancelled,
}
