namespace FheOrleans.Gateway.Contracts;

/// <summary>One thing that happened to an inference or a subscription, numbered per data owner.</summary>
/// <param name="Sequence">1, 2, 3, … without gaps for one data owner. Delivery is at least once and in this order.</param>
/// <param name="Inference">The inference's id, or the subscription's.</param>
/// <param name="Status">What happened.</param>
/// <param name="Part">The part it is about, from 0; of a subscription the point, from 1; -1 for an inference's three final kinds.</param>
/// <param name="Parts">How many parts the inference has; 0 for a subscription.</param>
/// <param name="KeySet">The key set the result is encrypted under.</param>
/// <param name="Model">The model's reference, <c>publisher/model</c>.</param>
/// <param name="Version">The model's version.</param>
/// <param name="EvaluationSeconds">Seconds this part took to evaluate; for the final kinds the sum.</param>
/// <param name="Failure">Why it failed; null unless it did.</param>
/// <param name="Time">When it happened, by the node's clock.</param>
/// <param name="Result">
/// The encrypted result, SEAL <c>Ciphertext</c>s at the plan's output level one behind the other, one per output; null unless
/// <paramref name="Status"/> is <see cref="PredictionStatus.PartCompleted"/> or <see cref="PredictionStatus.Live"/>, and where a subscription
/// keeps it no more.
/// </param>
/// <param name="Receipt">
/// The receipt of the part's result, or of the inference when it is <see cref="PredictionStatus.Completed"/>; null for the others.
/// </param>
public sealed record PredictionMessage(
    long Sequence,
    string Inference,
    PredictionStatus Status,
    int Part,
    int Parts,
    string KeySet,
    string Model,
    int Version,
    double EvaluationSeconds,
    string? Failure,
    DateTimeOffset Time,
    byte[]? Result,
    SignedStatement? Receipt = null);

/// <summary>Answer of <c>GET /v1/events</c>: one page of the caller's prediction events.</summary>
/// <param name="Events">Events in order; empty when there is nothing after the number asked for.</param>
/// <param name="More">True when asking again after the last one would give more.</param>
public sealed record PredictionPage(IReadOnlyList<PredictionMessage> Events, bool More);

/// <summary>The SignalR hub's path and method names. Its protocol is SignalR's <c>json</c>.</summary>
public static class PredictionHubContract
{
    /// <summary>The hub's path.</summary>
    public const string Path = "/hubs/predictions";

    /// <summary>
    /// The client calls <c>Listen(long after)</c>: everything numbered above <c>after</c> is sent, first what happened already, then
    /// what happens. Calling again starts over.
    /// </summary>
    public const string Listen = "Listen";

    /// <summary>The node sends <c>Prediction(<see cref="PredictionMessage"/>)</c>.</summary>
    public const string Prediction = "Prediction";

    /// <summary>How the message of an error of <see cref="Listen"/> begins that passes: the same call may succeed some seconds later.</summary>
    public const string Busy = "Busy:";
}
