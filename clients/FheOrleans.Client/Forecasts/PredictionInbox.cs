using FheOrleans.Ckks.Wire;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Live;
using FheOrleans.Client.Nodes;
using FheOrleans.Client.Receipts;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;

namespace FheOrleans.Client.Forecasts;

/// <summary>
/// Takes prediction events in their order, decrypts results, and keeps forecasts and the number of the last event in the home.
/// </summary>
/// <remarks>
/// The number is written after the forecast: a client that stops in between takes the event again, which changes nothing.
/// Events of inferences that this home did not start (another machine of the same farm) are passed over.
/// </remarks>
internal sealed class PredictionInbox(FarmHome home, SecretKeyRing ring, ReceiptBook receipts, StageClock clock, IProgress<StageProgress>? progress)
{
    private readonly LiveInbox _live = new(home, ring, receipts);
    private readonly Dictionary<string, (UploadRecord Upload, WindowPacker Packer, ResultReader Reader)> _open = new(StringComparer.Ordinal);

    /// <summary>Number of the last event taken.</summary>
    public long LastSequence => home.ReadLastEvent();

    /// <summary>
    /// Goes back to the node's last event where it has had fewer than this home has seen: it was restored from a backup, and counts on from
    /// there. To wait for numbers above what was seen would be to wait for ever.
    /// </summary>
    /// <param name="node">The node.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task ReturnToAsync(NodeClient node, CancellationToken cancellation)
    {
        var seen = LastSequence; // First: another command of this farm may be taking events meanwhile.
        if (seen == 0) return;
        var there = (await node.GetMeAsync(cancellation).ConfigureAwait(false)).LastSequence;
        if (there < seen) home.WriteLastEvent(there);
    }

    /// <summary>Takes one event.</summary>
    /// <returns>The forecast as it stands now; null if the inference is not this home's.</returns>
    public ForecastRecord? Take(PredictionMessage message)
    {
        if (TakeLive(message, out _)) return null;
        var forecast = home.ReadForecast(message.Inference);
        if (forecast is not null && !forecast.IsEnded)
        {
            try
            {
                forecast = message.Status switch
                {
                    PredictionStatus.PartCompleted => TakePart(forecast, message),
                    PredictionStatus.Completed => TakeWhole(forecast, message.Receipt),
                    PredictionStatus.Cancelled => forecast with { State = ForecastState.Cancelled, Failure = "It was cancelled." },
                    _ => forecast with { State = ForecastState.Failed, Failure = message.Failure ?? "The node gave no reason." },
                };
            }
            catch (Exception fault) when (fault is UnreadableResultException or UnexpectedResultException or ReceiptMismatchException or WireFormatException)
            {
                // A bad result stays bad: kept as failed, so that the events behind it are not held up for ever.
                home.WriteForecast(forecast with { State = ForecastState.Failed, Failure = fault.Message });
                home.WriteLastEvent(message.Sequence);
                throw;
            }
            home.WriteForecast(forecast);
        }
        home.WriteLastEvent(message.Sequence);
        return forecast;
    }

    /// <summary>Takes one event if it is of a live forecast, whoever of this farm's commands happens to listen.</summary>
    /// <returns>True if it was; the news is null when it is not this home's subscription.</returns>
    public bool TakeLive(PredictionMessage message, out LiveNews? news)
    {
        news = null;
        if (!LiveInbox.IsLive(message)) return false;
        try
        {
            news = _live.Take(message);
        }
        catch (Exception fault) when (fault is UnreadableResultException or UnexpectedResultException or ReceiptMismatchException or WireFormatException)
        {
            // A bad result stays bad: told once, so that the events behind it are not held up for ever.
            news = new(message.Sequence, message.Inference, message.Part, message.Version, null, fault.Message);
        }
        home.WriteLastEvent(message.Sequence);
        return true;
    }

    /// <summary>
    /// Takes a result that was fetched because its event went by: another machine of this farm, or an older copy of this home, took it.
    /// </summary>
    public ForecastRecord TakeDownloaded(ForecastRecord forecast, int part, byte[] result, SignedStatement receipt)
    {
        forecast = Read(forecast, part, result, receipt);
        home.WriteForecast(forecast);
        return forecast;
    }

    /// <summary>Takes the end of an inference whose parts were all fetched.</summary>
    public ForecastRecord TakeEnd(ForecastRecord forecast, SignedStatement receipt)
    {
        forecast = TakeWhole(forecast, receipt);
        home.WriteForecast(forecast);
        return forecast;
    }

    private ForecastRecord TakeWhole(ForecastRecord forecast, SignedStatement? receipt)
    {
        receipts.TakeWhole(forecast, Open(forecast).Upload, receipt);
        return forecast with { State = ForecastState.Completed };
    }

    private ForecastRecord TakePart(ForecastRecord forecast, PredictionMessage message)
    {
        if (forecast.Read.Contains(message.Part)) return forecast;
        if (message.Result is not { } result) throw new UnexpectedResultException("an event without a result", "a result with each finished part");
        var keySet = Open(forecast).Upload.KeySet;
        if (message.KeySet != keySet) throw new UnexpectedResultException("a result under another key set", $"one under key set '{keySet}'");
        return Read(forecast, message.Part, result, message.Receipt) with { EvaluationSeconds = forecast.EvaluationSeconds + message.EvaluationSeconds };
    }

    private ForecastRecord Read(ForecastRecord forecast, int part, byte[] result, SignedStatement? receipt)
    {
        using var _ = clock.Measure(ForecastStage.Decrypt);
        var (upload, packer, reader) = Open(forecast);
        if (part < 0 || part >= packer.BatchCount) throw new UnexpectedResultException($"part {part}", $"a part from 0 to {packer.BatchCount - 1}");
        // Before anything is decrypted: a result that the node does not put its name to is no result.
        receipts.TakePart(forecast, upload, part, result, receipt);
        var fresh = new double[forecast.Normalized.Count];
        Array.Fill(fresh, double.NaN);
        packer.Unpack(part, reader.Read(forecast.Inference, part, result), fresh);
        var read = forecast.Read.Append(part).Order().ToArray();
        progress?.Report(new(ForecastStage.Decrypt, read.Length, packer.BatchCount, "parts"));
        return forecast with
        {
            Read = read,
            Normalized = [.. forecast.Normalized.Zip(fresh, (known, value) => double.IsNaN(value) ? known : value)],
            ResultBytes = forecast.ResultBytes + result.Length,
        };
    }

    private (UploadRecord Upload, WindowPacker Packer, ResultReader Reader) Open(ForecastRecord forecast)
    {
        if (_open.TryGetValue(forecast.Inference, out var known)) return known;
        var (upload, herd) = home.ReadUploaded(forecast.Dataset);
        var plan = CircuitPlan.FromJson(forecast.Plan);
        var parameters = plan.CreateParameters();
        return _open[forecast.Inference] =
            (upload, new(plan, herd.PartOf(upload.Part).Windows),
                new(plan, parameters, upload.KeySet, ring.Get(upload.KeySet, parameters)));
    }
}
