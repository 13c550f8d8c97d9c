using FheOrleans.Grains.Receipts;
using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Telemetry;
using FheOrleans.Grains.Tenants;
using FheOrleans.Grains.Workers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Inferences;

/// <summary>One job's state machine: it checks, gives out parts, stores results, publishes events, and goes on after a crash.</summary>
/// <remarks>
/// Not reentrant: steps follow one another. What is in memory only (which parts are given out) is made anew by the regular check of the
/// work, so losing the grain, a worker or the process costs time and nothing else. Descriptions and results are read in between.
/// </remarks>
internal sealed partial class InferenceGrain(
    [PersistentState("inference")] IPersistentState<InferenceRecord> inference,
    IPayloadStore payloads,
    IntakeWorkers workers,
    ClusterCapacity capacity,
    ReceiptWriter receipts,
    TimeProvider time,
    IOptions<FheGrainsOptions> options,
    GrainTelemetry telemetry,
    ILogger<InferenceGrain> log) : Grain, IInferenceGrain
{
    private bool _isItsTurn;

    private OwnedKey Key => OwnedKey.Parse(this.GetPrimaryKeyString());

    private InferenceRecord State => inference.State;

    private InferenceRequest Request => State.Request ?? throw this.Missing("inference", Key.Name);

    /// <summary>What is told of the state: an end that is not in the ledger yet has not happened for anybody.</summary>
    private InferenceState Shown => State.HasEnded && !State.IsEndEntered ? InferenceState.Running : State.State;

    private ReceiptSubject Subject => new(Key, Request, State.KeySetSha256, State.ModelSha256, State.Parts.Count);

    private IDataOwnerGrain Owner => GrainFactory.GetGrain<IDataOwnerGrain>(Key.DataOwner);

    private IUnfinishedWorkGrain UnfinishedWork => GrainFactory.GetGrain<IUnfinishedWorkGrain>(GrainKeys.UnfinishedWork);

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _isItsTurn = State.State == InferenceState.Running; // Once it is, it stays so: nothing passes it.
        if (State.Request is not null && !State.IsEndPublished) Watch.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<InferenceDescription> StartAsync(InferenceRequest request)
    {
        if (State.Request is { } existing)
        {
            if (existing != request)
            {
                throw new ConflictException(
                    $"inference '{Key.Name}'", "another request", "the one it was started with", "Use another name for another request.");
            }
            // Whoever asks again has not heard, and what was cut off may have been this.
            if (!State.IsEndPublished) await UnfinishedWork.AddAsync(this.GetPrimaryKeyString(), State.Parts.Count);
            return Describe();
        }
        var begun = time.GetTimestamp();
        var (keySet, dataset, modelSha256) = await CheckAsync(request);
        // Results are stored whatever they take: so nothing begins that is over the quota already.
        await using var room = await GrainFactory.ReserveBytesAsync(Key.Tenant, 0);
        // Remembered as unfinished first: an inference that is accepted is never forgotten, one that is not is only struck off again.
        _isItsTurn = await UnfinishedWork.AddAsync(this.GetPrimaryKeyString(), dataset.Declaration.Batches);
        await Owner.RegisterAsync(CatalogKind.Inference, Key.Name);
        await payloads.DeleteAsync(PayloadKeys.Inference(Key)); // Results of a deletion that was cut off are not this inference's.
        inference.State = new()
        {
            Request = request,
            State = InferenceState.Accepted,
            KeySetGeneration = keySet.Generation,
            KeySetSha256 = keySet.Sha256 ?? [],
            ModelSha256 = modelSha256,
            Incarnation = Guid.NewGuid(),
            AcceptedAt = time.GetUtcNow(),
            Parts = [.. Enumerable.Range(0, dataset.Declaration.Batches).Select(_ => new PartRecord())],
        };
        await this.SaveAsync(inference);
        telemetry.Accepted(Key.Tenant);
        log.InferenceAccepted(Key.Tenant, Key.Owner, Key.Name, State.Parts.Count);
        // Meanwhile a check of the work may have found an inference that was not there yet, and have struck it off.
        if (time.GetElapsedTime(begun) > options.Value.WorkCheckPeriod / 2)
            _isItsTurn = await UnfinishedWork.AddAsync(this.GetPrimaryKeyString(), State.Parts.Count);
        Watch.Begun();
        if (_isItsTurn) await GiveOutPartsAsync();
        return Describe();
    }

    /// <inheritdoc/>
    public Task<InferenceDescription> DescribeAsync() => Task.FromResult(Describe());

    /// <inheritdoc/>
    public async Task<InferenceDescription> CancelAsync()
    {
        _ = Request;
        if (!State.HasEnded) await EndAsync(InferenceState.Cancelled, null);
        else if (!State.IsEndPublished) await PublishAsync();
        return Describe();
    }

    /// <inheritdoc/>
    public async Task CancelIfUsesAsync(CatalogKind kind, string id)
    {
        if (State.Request is not { } request) return;
        // Of one that was cancelled before and cut off there, the end is told and entered: before the thing is gone, and its deletion entered.
        if (kind == CatalogKind.KeySet ? request.KeySet == id : request.Dataset == id) await CancelAsync();
    }

    /// <inheritdoc/>
    public Task<Guid> ReadIncarnationAsync() => Task.FromResult(Incarnations.Of(State.Request is not null, State.Incarnation));

    /// <inheritdoc/>
    public async Task DeleteAsync(Guid incarnation)
    {
        if (State.Request is not null && await ReadIncarnationAsync() != incarnation) return;
        if (State.Request is not null) await CancelAsync(); // What runs is cancelled, and its end is told and entered like any other.
        Watch.Stop();
        if (inference.RecordExists) await inference.ClearStateAsync();
        await payloads.DeleteAsync(PayloadKeys.Inference(Key));
        await UnfinishedWork.RemoveAsync(this.GetPrimaryKeyString());
        await Owner.ForgetAsync(CatalogKind.Inference, Key.Name);
        log.InferenceDeleted(Key.Tenant, Key.Owner, Key.Name);
        DeactivateOnIdle();
    }

    /// <inheritdoc/>
    public async Task<Payload> ReadResultAsync(int part)
    {
        _ = Request;
        if (part < 0 || part >= State.Parts.Count) throw new NotFoundException($"part of the inference '{Key.Name}'", $"{part}");
        if (!State.Parts[part].IsDone) throw new NotReadyException($"part {part} of the inference '{Key.Name}'", "its result");
        var result = await payloads.ReadAsync(PayloadKeys.Result(Key, part));
        return new() { Bytes = result ?? throw new NotFoundException($"result of the inference '{Key.Name}'", $"{part}") };
    }

    /// <inheritdoc/>
    public async Task<SignedStatement> ReadReceiptAsync(int part)
    {
        _ = Request;
        if (part < -1 || part >= State.Parts.Count) throw new NotFoundException($"part of the inference '{Key.Name}'", $"{part}");
        var isThere = part < 0 ? Shown == InferenceState.Completed : State.Parts[part].IsDone;
        if (!isThere)
        {
            throw new NotReadyException(
                part < 0 ? $"the inference '{Key.Name}'" : $"part {part} of the inference '{Key.Name}'", "its receipt");
        }
        return StoredReceipt.Read(await payloads.ReadAsync(PayloadKeys.Receipt(Key, part)))
            ?? throw new NotFoundException($"receipt of the inference '{Key.Name}'", $"{part}");
    }

    private async Task<(KeySetDescription KeySet, DatasetDescription Dataset, byte[] ModelSha256)> CheckAsync(InferenceRequest request)
    {
        var keySet = await GrainFactory.GetGrain<IKeySetGrain>(GrainKeys.KeySet(Key.Tenant, Key.Owner, request.KeySet)).DescribeAsync();
        var dataset = await GrainFactory.GetGrain<IDatasetGrain>(GrainKeys.Dataset(Key.Tenant, Key.Owner, request.Dataset)).DescribeAsync();
        var model = GrainFactory.GetGrain<IModelGrain>(ModelKey.Of(Key.Tenant, request.Model));
        var plan = await model.PlanAsync(Key.Owner, request.Version, new() { Form = request.Form });
        var version = (await model.DescribeAsync(Key.Owner)).Versions.First(item => item.Version == request.Version);
        return await workers.RunAsync(Key.Tenant, () =>
        {
            InferenceChecks.Check(request, keySet, dataset, plan);
            return (keySet, dataset, Convert.FromHexString(version.Sha256));
        });
    }

    private InferenceDescription Describe() => new()
    {
        Inference = Key.Name,
        Request = Request,
        State = Shown,
        Parts = State.Parts.Count,
        PartsCompleted = State.Parts.Count(part => part.IsDone),
        Failure = State.Failure,
        EvaluationSeconds = State.Parts.Sum(part => part.EvaluationSeconds),
        AcceptedAt = State.AcceptedAt,
        EndedAt = Shown == State.State ? State.EndedAt : null,
    };
}
