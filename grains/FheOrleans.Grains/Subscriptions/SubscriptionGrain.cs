using FheOrleans.Grains.Datasets;
using FheOrleans.Grains.Inferences;
using FheOrleans.Grains.KeySets;
using FheOrleans.Grains.Ledgers;
using FheOrleans.Grains.Receipts;
using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Workers;
using FheOrleans.Networks.Compilation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Subscriptions;

/// <summary>
/// A live forecast's state machine: it takes points, has them computed one after another, and publishes what comes of them.
/// </summary>
/// <remarks>
/// <para>
/// Not reentrant: each step is a turn. The evaluation itself goes on between turns, on this silo's evaluation threads, and comes back as a
/// request of its own. One point is computed at a time, because each needs what the one before has left.
/// </para>
/// <code>
/// append:   chunk payload → record (Arriving) … last chunk: record (Appended) → answer
/// compute:  kept and result payloads → record (Computed) → event → delete what is outlived
/// </code>
/// <para>
/// After a crash between any two of these the step is done again from what is stored: evaluation gives the same bytes for the same point
/// and state, payloads are written over, and an event that comes twice keeps its number.
/// </para>
/// </remarks>
internal sealed partial class SubscriptionGrain(
    [PersistentState("subscription")] IPersistentState<SubscriptionRecord> record,
    IPayloadStore payloads,
    LiveEvaluator evaluator,
    ReceiptWriter receipts,
    RunningParts parts,
    ParametersCatalog parametersCatalog,
    IntakeWorkers workers,
    TimeProvider time,
    IOptions<FheGrainsOptions> options,
    ILogger<SubscriptionGrain> log) : Grain, ISubscriptionGrain
{
    private OwnedKey Key => OwnedKey.Parse(this.GetPrimaryKeyString());

    private SubscriptionRecord State => record.State;

    private SubscriptionRequest Request =>
        State.State == SubscriptionState.Deleting
            ? throw new NotFoundException("subscription", Key.Name)
            : State.Request ?? throw this.Missing("subscription", Key.Name);

    private IDataOwnerGrain Owner => GrainFactory.GetGrain<IDataOwnerGrain>(Key.DataOwner);

    private IUnfinishedWorkGrain UnfinishedWork => GrainFactory.GetGrain<IUnfinishedWorkGrain>(GrainKeys.UnfinishedWork);

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (State.Request is not null && State.HasWork) Watch.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken) => StopWorkAsync();

    /// <inheritdoc/>
    public async Task<SubscriptionDescription> CreateAsync(SubscriptionRequest request)
    {
        if (State.State == SubscriptionState.Deleting) await FinishDeletingAsync();
        if (State.Request is not null)
        {
            if (Request with { Version = State.FirstVersion } != request)
            {
                throw new ConflictException(
                    $"subscription '{Key.Name}'", "another request", "the one it was made with",
                    "Use another name, or delete the subscription first.");
            }
            return Describe();
        }
        var (keySet, plan, modelSha256) = await CheckAsync(request);
        await Owner.RegisterAsync(CatalogKind.Subscription, Key.Name);
        record.State = new()
        {
            Request = request,
            FirstVersion = request.Version,
            Incarnation = Guid.NewGuid(),
            KeySetGeneration = keySet.Generation,
            KeySetSha256 = keySet.Sha256 ?? [],
            ModelSha256 = modelSha256,
            Parameters = keySet.Declaration.Parameters,
            PointForm = PointForm(request, plan),
            WindowPoints = plan.TimePoints,
            KeptPoints = plan.TimePoints,
            FirstForecast = plan.TimePoints,
            CreatedAt = time.GetUtcNow(),
        };
        await this.SaveAsync(record);
        log.SubscriptionCreated(Key.Tenant, Key.Owner, Key.Name, request.Model, request.Version);
        return Describe();
    }

    /// <inheritdoc/>
    public Task<SubscriptionDescription> DescribeAsync() => Task.FromResult(Describe());

    /// <inheritdoc/>
    public async Task<SubscriptionDescription> UpgradeAsync(int version)
    {
        var request = Request with { Version = version };
        if (version == Request.Version && State.State == SubscriptionState.Active) return Describe();
        var (keySet, plan, modelSha256) = await CheckAsync(request);
        SubscriptionChecks.SameForm(State, keySet, PointForm(request, plan));

        await UnfinishedWork.AddSubscriptionAsync(this.GetPrimaryKeyString());
        await PublishAsync(0);
        await StopWorkAsync();
        var (first, last) = (Math.Max(1, State.Computed - State.KeptPoints + 1), State.Computed);
        (State.Request, State.ModelSha256) = (request, modelSha256);
        State.WindowPoints = plan.TimePoints;
        State.KeptPoints = Math.Max(State.KeptPoints, plan.TimePoints);
        (State.Epoch, State.FirstPoint, State.Lifetimes) = (State.Epoch + 1, first, []);
        State.Computed = State.Trimmed = first - 1;

        // Not again what another version has forecast already, but the newest point at once.
        State.FirstForecast = Math.Max(first + plan.TimePoints - 1, Math.Max(1, Math.Min(State.Appended, last + 1)));
        State.Published = State.FirstForecast - 1;
        (State.State, State.Failures, State.Failure, State.IsFailurePublished) = (SubscriptionState.Active, 0, null, false);
        await this.SaveAsync(record);
        log.SubscriptionUpgraded(Key.Tenant, Key.Owner, Key.Name, version, State.Appended - first + 1);
        await GoOnAsync();
        return Describe();
    }

    /// <inheritdoc/>
    public async Task<Payload> ReadResultAsync(int point)
    {
        _ = Request;
        if (point > State.Computed) throw new NotReadyException($"point {point} of the subscription '{Key.Name}'", "its forecast");
        for (var version = Request.Version; version >= 1; version--)
        {
            if (await payloads.ReadAsync(PayloadKeys.LiveResult(Key, point, version)) is { } bytes) return new() { Bytes = bytes };
        }
        throw new NotFoundException($"forecast of the subscription '{Key.Name}'", $"{point}");
    }

    /// <inheritdoc/>
    public Task<Guid> ReadIncarnationAsync() => Task.FromResult(Incarnations.Of(State.Request is not null, State.Incarnation));

    /// <inheritdoc/>
    public async Task DeleteAsync(Guid incarnation)
    {
        if (State.Request is null || await ReadIncarnationAsync() != incarnation) return;
        await UnfinishedWork.AddSubscriptionAsync(this.GetPrimaryKeyString());
        State.State = SubscriptionState.Deleting;
        await this.SaveAsync(record);
        await StopWorkAsync();
        await FinishDeletingAsync();
    }

    private async Task FinishDeletingAsync()
    {
        await payloads.DeleteAsync(PayloadKeys.Subscription(Key));
        await this.EnterAsync(GrainFactory, Key, LedgerKind.SubscriptionDeleted, null, State.Incarnation);
        await Owner.ForgetAsync(CatalogKind.Subscription, Key.Name);
        await record.ClearStateAsync();
        await UnfinishedWork.RemoveSubscriptionAsync(this.GetPrimaryKeyString());
        log.SubscriptionDeleted(Key.Tenant, Key.Owner, Key.Name);
        Watch.Stop();
        DeactivateOnIdle();
    }

    private async Task<(KeySetDescription KeySet, CircuitPlan Plan, byte[] ModelSha256)> CheckAsync(SubscriptionRequest request)
    {
        SubscriptionChecks.Check(request);
        var keySet = await GrainFactory.GetGrain<IKeySetGrain>(GrainKeys.KeySet(Key.Tenant, Key.Owner, request.KeySet)).DescribeAsync();
        var model = GrainFactory.GetGrain<IModelGrain>(ModelKey.Of(Key.Tenant, request.Model));
        var plan = (await model.PlanAsync(Key.Owner, request.Version, new() { Form = request.Form })).PlanJson;
        var sha256 = (await model.DescribeAsync(Key.Owner)).Versions.First(item => item.Version == request.Version).Sha256;
        var parameters = await parametersCatalog.ReadAsync(Key.Tenant, keySet.Declaration.Parameters);
        return await workers.RunAsync(Key.Tenant, () =>
        {
            var read = CircuitPlan.FromJson(plan);
            InferenceChecks.CheckKeys(keySet, read);
            SubscriptionChecks.CheckPlaces(request, read);
            ChunkChecks.Check(PointForm(request, read), parameters, options.Value);
            return (keySet, read, Convert.FromHexString(sha256));
        });
    }

    /// <summary>A point is checked as a batch of a dataset is.</summary>
    private static DatasetDeclaration PointForm(SubscriptionRequest request, CircuitPlan plan) => new()
    {
        KeySet = request.KeySet,
        Batches = 1,
        CiphertextsPerBatch = plan.InputCiphertexts,
        CiphertextsPerChunk = request.CiphertextsPerChunk,
        Level = plan.InputLevel,
        Scale = plan.InputScale,
        Form = "herd",
    };

    private SubscriptionDescription Describe() => new()
    {
        Subscription = Key.Name,
        Request = Request,
        State = State.State,
        WindowPoints = State.WindowPoints,
        ChunksPerPoint = State.PointForm!.ChunksPerBatch,
        Appended = State.Appended,
        Arriving = [.. State.Arriving.Keys.Order()],
        Computed = State.Computed,
        FirstForecast = State.FirstForecast,
        Failure = State.Failure,
        EvaluationSeconds = State.EvaluationSeconds,
        CreatedAt = State.CreatedAt,
    };
}
