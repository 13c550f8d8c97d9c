using FheOrleans.Grains.Ledgers;
using FheOrleans.Grains.Storage;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Deletions;

/// <summary>Carries out one data owner's deletions, one after the other. Every step may be repeated, so a crash is gone on from.</summary>
/// <remarks>
/// A grain of its own, because a deletion calls datasets, key sets, inferences and the owner, and those call one another: none of them calls
/// this, so nobody ever waits for himself. A thing that is being uploaded when it is deleted is erased after the upload's request: its grain
/// does one thing at a time.
/// </remarks>
internal sealed class DeletionGrain(
    [PersistentState("deletions")] IPersistentState<DeletionState> state, IPayloadStore payloads, IErasure erasure, ILogger<DeletionGrain> log)
    : Grain, IDeletionGrain
{
    private (string Tenant, string Owner) Key => this.GetPrimaryKeyString().Split('/') is [var tenant, var owner]
        ? (tenant, owner)
        : throw new ArgumentException("A grain was asked for with a key that GrainKeys did not make.");

    private IDataOwnerGrain Owner => GrainFactory.GetGrain<IDataOwnerGrain>(this.GetPrimaryKeyString());

    private ITenantGrain Tenant => GrainFactory.GetGrain<ITenantGrain>(GrainKeys.Tenant(Key.Tenant));

    private IUnfinishedWorkGrain UnfinishedWork => GrainFactory.GetGrain<IUnfinishedWorkGrain>(GrainKeys.UnfinishedWork);

    /// <inheritdoc/>
    public async Task DeleteAsync(CatalogKind kind, string id)
    {
        await ResumeAsync();
        var subject = new OwnedKey(Key.Tenant, Key.Owner, Name.Check(id, "name"));
        var incarnation = await IncarnationAsync(kind, subject);
        if (incarnation == Guid.Empty) return;
        await RunAsync(new() { Kind = kind, Id = id, Incarnation = incarnation });
    }

    /// <inheritdoc/>
    public async Task DeleteOwnerAsync()
    {
        await ResumeAsync();
        if (!await Owner.ReadIsThereAsync())
        {
            // Who was invited and has not come yet is to be gone too; who redeems the code in this moment has come, and is deleted like any other.
            await Tenant.RemoveMemberAsync(Key.Owner);
            if (!await Owner.ReadIsThereAsync()) return;
        }
        await RunAsync(new() { IsOwner = true, Id = Key.Owner, Incarnation = Guid.NewGuid() });
    }

    /// <inheritdoc/>
    public async Task ResumeAsync()
    {
        if (state.State.Pending is { } pending) await FinishAsync(pending);
        else await UnfinishedWork.RemoveDeletionAsync(this.GetPrimaryKeyString()); // Cut off before it was remembered here.
    }

    private async Task RunAsync(PendingDeletion pending)
    {
        await UnfinishedWork.AddDeletionAsync(this.GetPrimaryKeyString());
        state.State.Pending = pending;
        await this.SaveAsync(state);
        await FinishAsync(pending);
    }

    private async Task FinishAsync(PendingDeletion pending)
    {
        if (pending.IsOwner) await EraseOwnerAsync();
        else await EraseAsync(pending);
        await GrainFactory.GetGrain<ITenantQuotaGrain>(GrainKeys.Tenant(Key.Tenant)).NoteDeletionAsync();
        await erasure.ScrubAsync(this.GetPrimaryKeyString());
        var subject = new OwnedKey(Key.Tenant, Key.Owner, pending.Id);
        // A subscription enters its own deletion.
        if (pending.IsOwner || pending.Kind != CatalogKind.Subscription)
            await this.EnterAsync(GrainFactory, subject, pending.IsOwner ? LedgerKind.OwnerDeleted : EntryOf(pending.Kind), null, pending.Incarnation);
        state.State.Pending = null;
        await this.SaveAsync(state);
        await UnfinishedWork.RemoveDeletionAsync(this.GetPrimaryKeyString());
        log.Deleted(Key.Tenant, Key.Owner, pending.IsOwner ? "data owner" : pending.Kind.ToString(), pending.Id);
    }

    private async Task EraseAsync(PendingDeletion pending)
    {
        var subject = new OwnedKey(Key.Tenant, Key.Owner, pending.Id);
        // What uses another of the same name, made since this deletion was cut off, goes on.
        if (pending.Kind is CatalogKind.KeySet or CatalogKind.Dataset && await IncarnationAsync(pending.Kind, subject) == pending.Incarnation)
        {
            foreach (var inference in await UnfinishedWork.ReadOfOwnerAsync(this.GetPrimaryKeyString()))
                await GrainFactory.GetGrain<IInferenceGrain>(inference).CancelIfUsesAsync(pending.Kind, pending.Id);
        }
        await (pending.Kind switch
        {
            CatalogKind.KeySet => KeySet(subject).DeleteAsync(pending.Incarnation),
            CatalogKind.Dataset => Dataset(subject).DeleteAsync(pending.Incarnation),
            CatalogKind.Inference => Inference(subject).DeleteAsync(pending.Incarnation),
            CatalogKind.Subscription => Subscription(subject).DeleteAsync(pending.Incarnation),
            _ => Model(subject).DeleteAsync(pending.Incarnation),
        });
    }

    /// <summary>
    /// The doors first: from then on no token opens anything and nothing new is registered. Then what is listed, each by its own grain, so
    /// that a request under way is over before its thing is erased. Then what was listed no more.
    /// </summary>
    private async Task EraseOwnerAsync()
    {
        var key = this.GetPrimaryKeyString();
        await Owner.CloseAsync();
        await Tenant.RemoveMemberAsync(Key.Owner);
        foreach (var inference in await UnfinishedWork.ReadOfOwnerAsync(key))
            await EraseListedAsync(CatalogKind.Inference, OwnedKey.Parse(inference).Name);
        foreach (var entry in (await Owner.ReadCatalogAsync()).OrderByDescending(entry => entry.Kind)) // Inferences before what they use.
            await EraseListedAsync(entry.Kind, entry.Id);
        await Owner.EraseAsync();
        await payloads.DeleteAsync(key);
        await erasure.EraseStateBelowAsync(key);
    }

    private async Task EraseListedAsync(CatalogKind kind, string id) => await EraseAsync(new()
    {
        Kind = kind,
        Id = id,
        Incarnation = await IncarnationAsync(kind, new(Key.Tenant, Key.Owner, id)),
    });

    private Task<Guid> IncarnationAsync(CatalogKind kind, OwnedKey subject) => kind switch
    {
        CatalogKind.KeySet => KeySet(subject).ReadIncarnationAsync(),
        CatalogKind.Dataset => Dataset(subject).ReadIncarnationAsync(),
        CatalogKind.Inference => Inference(subject).ReadIncarnationAsync(),
        CatalogKind.Model => Model(subject).ReadIncarnationAsync(),
        CatalogKind.Subscription => Subscription(subject).ReadIncarnationAsync(),
        _ => throw new InvalidPayloadException("kind", $"{kind}", "a kind of thing that a data owner has"),
    };

    private static LedgerKind EntryOf(CatalogKind kind) => kind switch
    {
        CatalogKind.KeySet => LedgerKind.KeySetDeleted,
        CatalogKind.Dataset => LedgerKind.DatasetDeleted,
        CatalogKind.Inference => LedgerKind.InferenceDeleted,
        _ => LedgerKind.ModelDeleted,
    };

    private IKeySetGrain KeySet(OwnedKey key) => GrainFactory.GetGrain<IKeySetGrain>(GrainKeys.KeySet(key.Tenant, key.Owner, key.Name));

    private IDatasetGrain Dataset(OwnedKey key) => GrainFactory.GetGrain<IDatasetGrain>(GrainKeys.Dataset(key.Tenant, key.Owner, key.Name));

    private IInferenceGrain Inference(OwnedKey key) => GrainFactory.GetGrain<IInferenceGrain>(GrainKeys.Inference(key.Tenant, key.Owner, key.Name));

    private ISubscriptionGrain Subscription(OwnedKey key) => GrainFactory.GetGrain<ISubscriptionGrain>(GrainKeys.Subscription(key.Tenant, key.Owner, key.Name));

    private IModelGrain Model(OwnedKey key) => GrainFactory.GetGrain<IModelGrain>(GrainKeys.Model(key.Tenant, key.Owner, key.Name));
}

/// <summary>What the grain remembers.</summary>
[GenerateSerializer, Alias("fhe.state.deletions")]
internal sealed class DeletionState
{
    /// <summary>The deletion that was begun and is not in the ledger yet; null when there is none.</summary>
    [Id(0)]
    public PendingDeletion? Pending { get; set; }
}

/// <summary>A deletion under way.</summary>
[GenerateSerializer, Alias("fhe.state.deletion")]
internal sealed class PendingDeletion
{
    /// <summary>Whether the data owner itself is deleted; otherwise <see cref="Kind"/> says what.</summary>
    [Id(0)]
    public bool IsOwner { get; set; }

    [Id(1)]
    public CatalogKind Kind { get; set; }

    [Id(2)]
    public string Id { get; set; } = "";

    /// <summary>Which thing of that name: one that is made anew while the deletion is cut off is another, and stays.</summary>
    [Id(3)]
    public Guid Incarnation { get; set; }
}
