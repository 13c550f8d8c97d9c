using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Receipts;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;

namespace FheOrleans.Client.Live;

/// <summary>Something new of a live forecast.</summary>
/// <param name="Sequence">The number of the event.</param>
/// <param name="Subscription">Which subscription.</param>
/// <param name="Point">After which point.</param>
/// <param name="Version">By which version of the model.</param>
/// <param name="Read">The point with its forecast; null if there is none to read.</param>
/// <param name="Fault">Why there is none; null if there is.</param>
public sealed record LiveNews(long Sequence, string Subscription, int Point, int Version, LivePoint? Read, string? Fault);

/// <summary>Takes the events of subscriptions: checks receipts, decrypts, and keeps forecasts beside their points.</summary>
internal sealed class LiveInbox(FarmHome home, SecretKeyRing ring, ReceiptBook receipts)
{
    private readonly LiveReceipts _receipts = new(home, receipts);
    private readonly Dictionary<(string Subscription, int Version), ResultReader> _readers = [];

    /// <summary>Whether an event is of a subscription, and not of an inference.</summary>
    public static bool IsLive(PredictionMessage message) =>
        message.Status == PredictionStatus.Live || message is { Status: PredictionStatus.Failed, Part: > 0 };

    /// <summary>Takes one event. The same again changes nothing but the number it is known by.</summary>
    /// <returns>What is new; null if the subscription or the point is not this home's.</returns>
    public LiveNews? Take(PredictionMessage message)
    {
        if (home.ReadLive(message.Inference) is not { } live) return null;
        var id = message.Inference;
        if (message.Status == PredictionStatus.Failed)
            return new(message.Sequence, id, message.Part, message.Version, null, $"The node could not compute it: {message.Failure}");
        if (home.ReadLivePoint(id, message.Part) is not { } point) return null;
        if (point.Forecast?.Sequence == message.Sequence) return new(message.Sequence, id, message.Part, message.Version, point, null);
        if (message.Result is not { } result)
            return new(message.Sequence, id, message.Part, message.Version, null, "The node keeps this forecast no more; newer ones follow.");
        if (message.KeySet != live.KeySet) throw new UnexpectedResultException("a result under another key set", $"one under key set '{live.KeySet}'");

        // Before anything is decrypted: a result that the node does not put its name to is no result.
        _receipts.Take(live, point.Point, message.Version, result, message.Receipt);
        var (plan, reader) = Reader(live, message.Version);
        var slots = Array.ConvertAll(reader.Read(id, message.Part, result)[0], slot => slot.Real);
        var packer = new LivePacker(plan);
        double[] kilograms = [.. point.Windows.Select(window => live.Scaling.ToKilograms(packer.Forecast(slots, window.Place)))];
        var read = point with { Forecast = new(message.Sequence, message.Version, kilograms, message.EvaluationSeconds, message.Time) };
        home.WriteLivePoint(id, read);
        return new(message.Sequence, id, message.Part, message.Version, read, null);
    }

    private (CircuitPlan Plan, ResultReader Reader) Reader(LiveSubscription live, int version)
    {
        if (!live.Plans.TryGetValue(version, out var json))
            throw new UnexpectedResultException($"a forecast by version {version}", $"one by a version this home asked for ({string.Join(", ", live.Plans.Keys)})");
        var plan = CircuitPlan.FromJson(json);
        if (!_readers.TryGetValue((live.Subscription, version), out var reader))
        {
            var parameters = plan.CreateParameters();
            _readers[(live.Subscription, version)] = reader = new(plan, parameters, live.KeySet, ring.Get(live.KeySet, parameters));
        }
        return (plan, reader);
    }
}
