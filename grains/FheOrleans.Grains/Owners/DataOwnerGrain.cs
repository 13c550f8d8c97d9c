using System.Collections.Immutable;
using FheOrleans.Grains.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Owners;

/// <summary>Lists what a data owner has, and numbers its events.</summary>
/// <remarks>
/// Not reentrant: numbers have no gaps. Pushing to observers goes on between requests and changes nothing that is stored.
/// </remarks>
internal sealed partial class DataOwnerGrain(
    [PersistentState("owner")] IPersistentState<DataOwnerState> owner,
    [PersistentState("catalog")] IPersistentState<CatalogState> catalog,
    [PersistentState("events")] IPersistentState<EventsState> events,
    IPayloadStore payloads,
    TimeProvider time,
    IOptions<FheGrainsOptions> options,
    ILogger<DataOwnerGrain> log) : Grain, IDataOwnerGrain
{
    private (string Tenant, string Owner) Key => this.GetPrimaryKeyString().Split('/') is [var tenant, var name]
        ? (tenant, name)
        : throw new ArgumentException("A grain was asked for with a key that GrainKeys did not make.");

    private bool IsThere => owner.RecordExists && owner.State.DeletedAt is null;

    /// <inheritdoc/>
    public Task JoinAsync()
    {
        if (owner.State.DeletedAt is not null) throw new AccessRefusedException("a data owner of this name was deleted. Ask for an invitation under another name.");
        if (owner.RecordExists) return Task.CompletedTask;
        owner.State.JoinedAt = time.GetUtcNow();
        return this.SaveAsync(owner);
    }

    /// <inheritdoc/>
    public Task<byte[]?> ReadFormerTokenAsync()
    {
        // Anybody may ask for any name: those that nobody has must not fill the memory.
        if (!owner.RecordExists) DeactivateOnIdle();
        return Task.FromResult(owner.State.FormerTokenHash);
    }

    /// <inheritdoc/>
    public Task ForgetFormerTokenAsync()
    {
        if (owner.State.FormerTokenHash is null) return Task.CompletedTask;
        owner.State.FormerTokenHash = null;
        return this.SaveAsync(owner);
    }

    /// <inheritdoc/>
    public Task<DataOwnerDescription> DescribeAsync()
    {
        if (!IsThere) throw this.Missing("data owner", Key.Owner);
        return Task.FromResult(new DataOwnerDescription
        {
            Tenant = Key.Tenant,
            Owner = Key.Owner,
            Catalog = [.. catalog.State.Entries.OrderBy(entry => entry.Kind).ThenBy(entry => entry.Id, StringComparer.Ordinal)],
            LastSequence = Events.Last,
            JoinedAt = owner.State.JoinedAt,
        });
    }

    /// <inheritdoc/>
    public Task RegisterAsync(CatalogKind kind, string id)
    {
        if (owner.State.DeletedAt is not null) throw this.Missing("data owner", Key.Owner);
        var entry = new CatalogEntry { Kind = kind, Id = Name.Check(id, "name") };
        if (catalog.State.Entries.Contains(entry)) return Task.CompletedTask;
        var count = catalog.State.Entries.Count(item => item.Kind == kind);
        var limit = kind == CatalogKind.KeySet ? options.Value.MaximumKeySets : options.Value.MaximumCatalogEntries;
        if (count >= limit)
        {
            // Inferences come and go: the list is of the latest. What goes on at one time is limited where it goes on.
            if (kind != CatalogKind.Inference) throw new LimitExceededException($"{kind} entries of a data owner", count + 1, limit);
            catalog.State.Entries.Remove(catalog.State.Entries.First(item => item.Kind == kind));
        }
        catalog.State.Entries.Add(entry);
        return this.SaveAsync(catalog);
    }

    /// <inheritdoc/>
    public Task ForgetAsync(CatalogKind kind, string id) =>
        catalog.State.Entries.Remove(new CatalogEntry { Kind = kind, Id = id }) ? this.SaveAsync(catalog) : Task.CompletedTask;

    /// <inheritdoc/>
    public Task<bool> ReadIsThereAsync() => Task.FromResult(IsThere);

    /// <inheritdoc/>
    public Task<bool> ReadIsDeletedAsync() => Task.FromResult(owner.State.DeletedAt is not null);

    /// <inheritdoc/>
    public Task<ImmutableArray<CatalogEntry>> ReadCatalogAsync() => Task.FromResult<ImmutableArray<CatalogEntry>>([.. catalog.State.Entries]);

    /// <inheritdoc/>
    public Task CloseAsync()
    {
        if (owner.State.DeletedAt is not null) return Task.CompletedTask;
        owner.State = new() { DeletedAt = time.GetUtcNow() };
        _subscriptions.Clear();
        return this.SaveAsync(owner);
    }

    /// <inheritdoc/>
    public async Task EraseAsync()
    {
        if (catalog.RecordExists) await catalog.ClearStateAsync();
        await Events.EraseAsync();
        DeactivateOnIdle();
    }
}
