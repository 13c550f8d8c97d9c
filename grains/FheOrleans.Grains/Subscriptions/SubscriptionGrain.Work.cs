using System.Security.Cryptography;
using FheOrleans.Grains.Receipts;
using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Workers;
using Orleans;

namespace FheOrleans.Grains.Subscriptions;

/// <content>Computing points one after another, publishing, deleting what is outlived; and going on after a crash.</content>
internal sealed partial class SubscriptionGrain
{
    private WorkWatch? _watchOnce;

    // Set from the order of a point until its outcome is here.
    private PointOrder? _order;
    private Func<Task>? _cancel;

    private WorkWatch Watch => _watchOnce ??= new(
        this,
        options.Value.WorkCheckPeriod,
        ResumeAsync,
        _ => GrainFactory.GetGrain<ISubscriptionGrain>(this.GetPrimaryKeyString()).ResumeAsync(),
        failure => log.NotResumed(Key.Tenant, Key.Owner, Key.Name, failure));

    /// <inheritdoc/>
    public Task<int> KeepGoingAsync()
    {
        if (!Watch.IsAtWork || !State.HasWork || State.State == SubscriptionState.Deleting) Watch.TakeATurn(isItsTurn: true);
        return Task.FromResult(State.State == SubscriptionState.Active ? State.Appended - State.Computed : 0);
    }

    /// <inheritdoc/>
    public async Task ResumeAsync()
    {
        if (State.State == SubscriptionState.Deleting) await FinishDeletingAsync();
        else await GoOnAsync();
    }

    /// <inheritdoc/>
    public async Task PointFinishedAsync(PointOrder order, PointOutcome outcome)
    {
        if (order == _order) _order = null;
        if (order.Incarnation != Incarnations.Of(State.Request is not null, State.Incarnation)) return;
        if (State.State != SubscriptionState.Active || order.Epoch != State.Epoch || order.Point != State.Computed + 1) return;
        if (outcome.Result is null)
        {
            await PointFailedAsync(order.Point, outcome);
            return;
        }
        State.Remembered[order.Point] = outcome.PointSha256!;
        for (var kept = 0; kept < outcome.Kept.Length; kept++)
            await payloads.WriteAsync(PayloadKeys.Kept(Key, State.Epoch, kept, order.Point), outcome.Kept[kept]);
        if (order.Point >= State.FirstForecast)
        {
            var receipt = StoredReceipt.Write(await ReceiptAsync(order.Point, outcome.ResultSha256!));
            await payloads.WriteAsync(PayloadKeys.LiveReceipt(Key, order.Point, Request.Version), receipt);
            await payloads.WriteAsync(PayloadKeys.LiveResult(Key, order.Point, Request.Version), outcome.Result);
        }
        (State.Computed, State.Lifetimes, State.Failures) = (order.Point, [.. outcome.Lifetimes], 0);
        State.EvaluationSeconds += outcome.EvaluationSeconds;
        State.ForgetOutlived();
        await this.SaveAsync(record);
        await GoOnAsync(outcome.EvaluationSeconds);
    }

    /// <summary>The input is the whole window: all that the forecast depends on.</summary>
    private async Task<SignedStatement> ReceiptAsync(int point, byte[] resultSha256)
    {
        using var window = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var old = point - State.WindowPoints + 1; old <= point; old++)
            window.AppendData(State.Remembered.GetValueOrDefault(old) ?? await HashAgainAsync(old));
        return receipts.OfPoint(Key, Request, (State.KeySetSha256, State.ModelSha256), point, window.GetHashAndReset(), resultSha256);
    }

    /// <summary>
    /// Of a point of the window that a record of old has forgotten: the point itself is kept as long as it is in a window.
    /// </summary>
    private async Task<byte[]> HashAgainAsync(int point)
    {
        var hashes = new List<byte>();
        for (var chunk = 0; chunk < State.PointForm!.ChunksPerBatch; chunk++)
        {
            var bytes = await payloads.ReadAsync(PayloadKeys.PointChunk(Key, point, chunk))
                ?? throw new InvalidOperationException("A stored part of the subscription is not there.");
            hashes.AddRange(await workers.RunAsync(Key.Tenant, () => SHA256.HashData(bytes)));
        }
        return State.Remembered[point] = [.. hashes];
    }

    private async Task PointFailedAsync(int point, PointOutcome outcome)
    {
        if (outcome.IsOutage)
        {
            log.PointMetOutage(Key.Tenant, Key.Owner, Key.Name, point); // Computed by the next check: the point itself has not failed.
            return;
        }
        State.Failures++;
        if (outcome.IsTransient && State.Failures < options.Value.AttemptsPerPart)
        {
            await this.SaveAsync(record); // It is tried again at the next check of the work: what was wrong has time to pass.
            log.PointWillBeRepeated(Key.Tenant, Key.Owner, Key.Name, point, State.Failures);
            return;
        }
        (State.State, State.Failure) = (SubscriptionState.Failed, $"Point {point}: {outcome.Failure}");
        await this.SaveAsync(record);
        log.SubscriptionFailed(Key.Tenant, Key.Owner, Key.Name, point);
        await GoOnAsync();
    }

    /// <summary>Does all that is due, in the order in which it is due; each of it may have been done before.</summary>
    private async Task GoOnAsync(double seconds = 0)
    {
        if (State.Request is not null)
        {
            if (State.HasWork) Watch.Begun(); // Before what may fail: the next check does it again.
            await EnterAppendedAsync();
            await PublishAsync(seconds);
            await TrimAsync();
            if (State.HasWork)
            {
                StartNext();
                return;
            }
        }
        Watch.Stop();
        await UnfinishedWork.RemoveSubscriptionAsync(this.GetPrimaryKeyString());
    }

    /// <summary>Tells the owner what it has not been told: each forecast once it is stored, and a failure.</summary>
    private async Task PublishAsync(double seconds)
    {
        for (var point = Math.Max(State.Published + 1, State.FirstForecast); point <= State.Computed; point++)
        {
            await Owner.PublishEventAsync(Event(PredictionState.Live, point, seconds));
            State.Published = point;
        }
        if (State.State != SubscriptionState.Failed || State.IsFailurePublished) return;
        await Owner.PublishEventAsync(Event(PredictionState.Failed, State.Computed + 1, 0));
        State.IsFailurePublished = true;
        await this.SaveAsync(record);
    }

    /// <summary>
    /// Deletes what no later point recalls: kept ciphertexts, points beyond the window, old results, states of earlier versions. Nothing
    /// reads it any more, so a crash in between only leaves it for the next time.
    /// </summary>
    private async Task TrimAsync()
    {
        for (; State.OldestEpoch < State.Epoch; State.OldestEpoch++) await payloads.DeleteAsync(PayloadKeys.Epoch(Key, State.OldestEpoch));
        for (; State.Trimmed < State.Computed; State.Trimmed++)
        {
            var next = State.Trimmed + 1;
            for (var kept = 0; kept < State.Lifetimes.Count; kept++)
                await TrimAsync(next - State.Lifetimes[kept], point => PayloadKeys.Kept(Key, State.Epoch, kept, point));
            await TrimAsync(next - State.KeptPoints, point => PayloadKeys.Point(Key, point));
            await TrimAsync(next - options.Value.MaximumLiveResults, point => PayloadKeys.LiveResults(Key, point));
        }
    }

    private Task TrimAsync(int point, Func<int, string> keyOf) => point < 1 ? Task.CompletedTask : payloads.DeleteAsync(keyOf(point));

    /// <summary>Starts on the next point, if there is one and none is worked on.</summary>
    private void StartNext()
    {
        if (_order is not null || State.State != SubscriptionState.Active || State.Computed >= State.Appended) return;
        _order = new()
        {
            SubscriptionKey = this.GetPrimaryKeyString(),
            Point = State.Computed + 1,
            Epoch = State.Epoch,
            FirstPoint = State.FirstPoint,
            Chunks = State.PointForm!.ChunksPerBatch,
            Request = Request,
            KeySetGeneration = State.KeySetGeneration,
            ModelSha256 = Convert.ToHexString(State.ModelSha256),
            Incarnation = Incarnations.Of(true, State.Incarnation),
        };
        _ = WorkAsync(_order);
    }

    private async Task WorkAsync(PointOrder order)
    {
        // In hand until it is reported: a silo that stops waits for that, and then takes no more.
        using var place = parts.Enter();
        var outcome = place is null ? null : await EvaluateAsync(order);
        if (outcome is not null && await ReportAsync(order, outcome)) return;
        if (order == _order) _order = null; // The next check of the work begins again.
        if (parts.Closing.IsCancellationRequested) DeactivateOnIdle(); // On another silo than this, which is stopping.
    }

    /// <summary>The outcome, or null when the point was given up.</summary>
    private async Task<PointOutcome?> EvaluateAsync(PointOrder order)
    {
        using var work = new CancellationTokenSource();
        _cancel = work.CancelAsync;
        try
        {
            // Off this grain's scheduler: the evaluation must not come back to it between its steps.
            return await Task.Run(() => evaluator.EvaluateAsync(order, work.Token));
        }
        catch (Exception fault) when (work.IsCancellationRequested || fault is OperationCanceledException)
        {
            return null; // Deleted, or another version has taken over; or the grain or the silo ends.
        }
        finally
        {
            if (order == _order) _cancel = null;
        }
    }

    /// <summary>Reports as a request of its own, not in the middle of another one.</summary>
    private async Task<bool> ReportAsync(PointOrder order, PointOutcome outcome)
    {
        try
        {
            await GrainFactory.GetGrain<ISubscriptionGrain>(order.SubscriptionKey).PointFinishedAsync(order, outcome);
            return true;
        }
        catch (Exception failure)
        {
            log.PointNotReported(order.SubscriptionKey, order.Point, failure);
            return false;
        }
    }

    private Task StopWorkAsync()
    {
        var cancel = _cancel;
        (_order, _cancel) = (null, null);
        return cancel?.Invoke() ?? Task.CompletedTask;
    }

    private PredictionEvent Event(PredictionState state, int point, double seconds) => new()
    {
        Inference = Key.Name,
        State = state,
        Part = point,
        KeySet = Request.KeySet,
        Model = Request.Model,
        Version = Request.Version,
        EvaluationSeconds = seconds,
        Failure = state == PredictionState.Failed ? State.Failure : null,
        At = time.GetUtcNow(),
        Incarnation = State.Incarnation,
    };
}
