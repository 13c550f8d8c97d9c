using FheOrleans.Grains.Ledgers;
using FheOrleans.Grains.Receipts;
using FheOrleans.Grains.Storage;
using Orleans;

namespace FheOrleans.Grains.Inferences;

/// <content>Giving out parts, taking them back, and ending.</content>
internal sealed partial class InferenceGrain
{
    // A silo that stops takes no part; the next worker is placed anew, at random. Where one of two silos stops, one part in 65,536 is left
    // to the next check of the work.
    private const int TriesToPlace = 16;

    private readonly HashSet<int> _givenOut = [];

    // Which of a part's workers has it, where that is not the first.
    private readonly Dictionary<int, int> _workers = [];

    /// <inheritdoc/>
    public async Task PartFinishedAsync(PartOrder order, PartOutcome outcome)
    {
        if (order.Incarnation != Incarnations.Of(State.Request is not null, State.Incarnation)) return;
        var part = order.Part;
        _givenOut.Remove(part);
        if (State.HasEnded || part < 0 || part >= State.Parts.Count || State.Parts[part].IsDone) return;
        if (outcome.Result is null)
        {
            await PartFailedAsync(part, outcome);
            return;
        }
        await payloads.WriteAsync(PayloadKeys.Result(Key, part), outcome.Result);
        var receipt = Hashes.Of(await StoreReceiptAsync(
            part, receipts.OfPart(Subject, part, outcome.InputSha256 ?? [], outcome.ResultSha256 ?? [])));
        var isLast = State.Parts.Count(item => !item.IsDone) == 1;
        // Also the receipt of the whole before memory knows of the part: what memory says is stored with the very next write, or this
        // activation ends.
        if (isLast)
        {
            var ofParts = State.Parts.Select((item, number) => number == part ? receipt : item.ReceiptSha256);
            await StoreReceiptAsync(-1, receipts.OfWhole(Subject, ofParts));
        }
        var record = State.Parts[part];
        (record.IsDone, record.EvaluationSeconds, record.ReceiptSha256) = (true, outcome.EvaluationSeconds, receipt);
        if (isLast)
        {
            await EndAsync(InferenceState.Completed, null);
            return;
        }
        await this.SaveAsync(inference);
        await PublishAsync();
        await GiveOutPartsAsync();
    }

    /// <summary>
    /// Stores a receipt. One that is there and says the same stays as it is: somebody did this step before and was cut off, or an
    /// activation on a silo that the cluster has given up does it once more; the hashes of the first are in other receipts by then.
    /// </summary>
    private async Task<SignedStatement> StoreReceiptAsync(int part, SignedStatement receipt)
    {
        var key = PayloadKeys.Receipt(Key, part);
        if (StoredReceipt.Read(await payloads.ReadAsync(key)) is { } stored && ReceiptWriter.SaysTheSame(stored, receipt)) return stored;
        await payloads.WriteAsync(key, StoredReceipt.Write(receipt));
        return receipt;
    }

    private async Task PartFailedAsync(int part, PartOutcome outcome)
    {
        if (outcome.IsOutage)
        {
            log.PartMetOutage(Key.Tenant, Key.Owner, Key.Name, part); // Given out again by the next check: the part itself has not failed.
            return;
        }
        State.Parts[part].Failures++;
        if (outcome.IsTransient && State.Parts[part].Failures < options.Value.AttemptsPerPart)
        {
            await this.SaveAsync(inference); // It is tried again at the next check of the work: what was wrong has time to pass.
            log.PartWillBeRepeated(Key.Tenant, Key.Owner, Key.Name, part, State.Parts[part].Failures);
            return;
        }
        await EndAsync(InferenceState.Failed, $"Part {part}: {outcome.Failure}");
    }

    /// <summary>
    /// Gives out as many parts as may be out at once. Giving out a part that is being worked on is no harm: its worker knows it.
    /// </summary>
    private async Task GiveOutPartsAsync()
    {
        for (var part = 0; part < State.Parts.Count && _givenOut.Count < capacity.PartsInFlight; part++)
            if (!State.Parts[part].IsDone && _givenOut.Add(part)) _ = GiveOutAsync(Order(part));
        if (State.State != InferenceState.Accepted) return;
        State.State = InferenceState.Running;
        await this.SaveAsync(inference);
    }

    /// <summary>
    /// Orders a part of its worker. No turn waits for this: a worker's silo may have died a moment ago, and reports of others must not
    /// queue behind it. What was not taken is ordered again by the next check of the work.
    /// </summary>
    private async Task GiveOutAsync(PartOrder order)
    {
        try
        {
            for (var tries = 0; tries < TriesToPlace; tries++)
            {
                if (await Worker(order.Part).EvaluateAsync(order)) return;
                // Another worker and not the same again: who has called a grain remembers its silo, and would wake it up there.
                _workers[order.Part] = _workers.GetValueOrDefault(order.Part) + 1;
            }
            log.PartNotTaken(order.InferenceKey, order.Part, "every silo asked is stopping");
        }
        catch (Exception failure)
        {
            log.PartNotTaken(order.InferenceKey, order.Part, failure.GetType().Name);
        }
    }

    /// <summary>
    /// Tells a worker to give its part up. One that does not hear of it reports to an inference that has ended, which changes nothing.
    /// </summary>
    private async Task TakeBackAsync(int part)
    {
        try
        {
            await Worker(part).CancelAsync();
        }
        catch (Exception failure)
        {
            log.PartNotTakenBack(this.GetPrimaryKeyString(), part, failure.GetType().Name);
        }
    }

    private async Task EndAsync(InferenceState end, string? failure)
    {
        (State.State, State.Failure, State.EndedAt) = (end, failure, time.GetUtcNow());
        await this.SaveAsync(inference);
        telemetry.Ended(Key.Tenant, end);
        log.InferenceEnded(Key.Tenant, Key.Owner, Key.Name, end);
        foreach (var part in _givenOut) _ = TakeBackAsync(part);
        _givenOut.Clear();
        await PublishAsync();
    }

    /// <summary>
    /// Tells the owner what it has not been told: each result once it is stored, and the end after all of them, when it is in the ledger.
    /// </summary>
    private async Task PublishAsync()
    {
        if (State.HasEnded && !State.IsEndEntered) await EnterEndAsync();
        for (var part = 0; part < State.Parts.Count; part++)
        {
            var record = State.Parts[part];
            if (!record.IsDone || record.IsPublished) continue;
            await Owner.PublishEventAsync(Event(PredictionState.PartCompleted, part, record.EvaluationSeconds));
            record.IsPublished = true;
        }
        if (!State.HasEnded || State.IsEndPublished) return;
        var end = State.State switch
        {
            InferenceState.Completed => PredictionState.Completed,
            InferenceState.Failed => PredictionState.Failed,
            _ => PredictionState.Cancelled,
        };
        await Owner.PublishEventAsync(Event(end, -1, State.Parts.Sum(part => part.EvaluationSeconds)));
        State.IsEndPublished = true;
        await this.SaveAsync(inference);
        await UnfinishedWork.RemoveAsync(this.GetPrimaryKeyString());
        Watch.Stop();
    }

    private async Task EnterEndAsync()
    {
        var (kind, content) = State.State switch
        {
            InferenceState.Completed => (LedgerKind.InferenceCompleted, await WholeReceiptSha256Async()),
            InferenceState.Failed => (LedgerKind.InferenceFailed, null),
            _ => (LedgerKind.InferenceCancelled, null),
        };
        await this.EnterAsync(GrainFactory, Key, kind, content, State.Incarnation);
        State.IsEndEntered = true; // Written with the event's word below; entered twice it is one entry.
    }

    private async Task<byte[]?> WholeReceiptSha256Async() =>
        StoredReceipt.Read(await payloads.ReadAsync(PayloadKeys.Receipt(Key, -1))) is { } receipt ? Hashes.Of(receipt) : null;

    private PredictionEvent Event(PredictionState state, int part, double seconds) => new()
    {
        Inference = Key.Name,
        State = state,
        Part = part,
        Parts = State.Parts.Count,
        KeySet = Request.KeySet,
        Model = Request.Model,
        Version = Request.Version,
        EvaluationSeconds = seconds,
        Failure = state == PredictionState.Failed ? State.Failure : null,
        At = time.GetUtcNow(),
        Incarnation = State.Incarnation,
    };

    private IInferenceWorkerGrain Worker(int part) =>
        GrainFactory.GetGrain<IInferenceWorkerGrain>(
            GrainKeys.Worker(this.GetPrimaryKeyString(), State.Incarnation, part, _workers.GetValueOrDefault(part)));

    private PartOrder Order(int part) => new()
    {
        InferenceKey = this.GetPrimaryKeyString(),
        Part = part,
        Request = Request,
        KeySetGeneration = State.KeySetGeneration,
        ModelSha256 = Convert.ToHexString(State.ModelSha256),
        Incarnation = Incarnations.Of(true, State.Incarnation),
    };
}
