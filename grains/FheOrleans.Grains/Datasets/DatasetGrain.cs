using FheOrleans.Grains.KeySets;
using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Tenants;
using FheOrleans.Grains.Workers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Datasets;

/// <summary>Takes and keeps one dataset's chunks. Each is parsed and checked on an intake thread before it is stored.</summary>
/// <remarks>
/// Not reentrant but for chunks that are put and read: several chunks are checked and stored at a time (DatasetGrain.Chunks.cs).
/// </remarks>
internal sealed partial class DatasetGrain(
    [PersistentState("dataset")] IPersistentState<DatasetState> state,
    IPayloadStore payloads,
    ParametersCatalog parametersCatalog,
    IntakeWorkers workers,
    IOptions<FheGrainsOptions> options,
    ILogger<DatasetGrain> log) : Grain, IDatasetGrain
{
    private OwnedKey Key => OwnedKey.Parse(this.GetPrimaryKeyString());

    private DatasetDeclaration Declaration => state.State.Declaration ?? throw this.Missing("dataset", Key.Name);

    /// <inheritdoc/>
    public async Task<DatasetDescription> DeclareAsync(DatasetDeclaration declaration)
    {
        if (state.State.Declaration is { } existing)
        {
            if (existing != declaration)
            {
                throw new ConflictException(
                    $"dataset '{Key.Name}'", "another declaration", "the one it was declared with",
                    "Use another name, or delete the dataset first.");
            }
            return await DescribeAsync();
        }
        var keySet = await GrainFactory.GetGrain<IKeySetGrain>(GrainKeys.KeySet(Key.Tenant, Key.Owner, declaration.KeySet)).DescribeAsync();
        ChunkChecks.Check(declaration, await parametersCatalog.ReadAsync(Key.Tenant, keySet.Declaration.Parameters), options.Value);
        await using var room = await GrainFactory.ReserveAsync(Key.Tenant, new() { Datasets = 1 });
        await GrainFactory.GetGrain<IDataOwnerGrain>(Key.DataOwner).RegisterAsync(CatalogKind.Dataset, Key.Name);
        // Chunks of one that was deleted are gone; those of a deletion cut off go now.
        await payloads.DeleteAsync(PayloadKeys.Dataset(Key));
        state.State = new()
        {
            Declaration = declaration,
            Parameters = keySet.Declaration.Parameters,
            KeySetGeneration = keySet.Generation,
            Incarnation = Guid.NewGuid(),
        };
        await this.SaveAsync(state);
        log.DatasetDeclared(Key.Tenant, Key.Owner, Key.Name, declaration.ChunkCount);
        return Describe();
    }

    /// <inheritdoc/>
    public async Task<DatasetDescription> DescribeAsync()
    {
        // Of a client that broke off chunks may still be on their way in: who comes back for it must not send them anew, encrypted
        // otherwise.
        await Task.WhenAll(_arriving.Values);
        return Describe();
    }

    /// <inheritdoc/>
    public async Task<Payload> ReadChunkAsync(int index)
    {
        _ = Declaration;
        var bytes = state.State.Chunks.ContainsKey(index) ? await payloads.ReadAsync(PayloadKeys.Chunk(Key, index)) : null;
        return new() { Bytes = bytes ?? throw new NotFoundException($"chunk of dataset '{Key.Name}'", $"{index}") };
    }

    /// <inheritdoc/>
    public Task<Guid> ReadIncarnationAsync() =>
        Task.FromResult(Incarnations.Of(state.State.Declaration is not null, state.State.Incarnation));

    /// <inheritdoc/>
    public async Task DeleteAsync(Guid incarnation)
    {
        if (state.State.Declaration is not null && await ReadIncarnationAsync() != incarnation) return;
        // Chunks that are on their way are stored first, so that none is left behind; no others are taken.
        _isBeingDeleted = true;
        try
        {
            await Task.WhenAll(_arriving.Values);
            // Also when the state is gone: a deletion that was cut off behind it goes on here.
            if (state.RecordExists) await state.ClearStateAsync();
            await payloads.DeleteAsync(PayloadKeys.Dataset(Key));
            await GrainFactory.GetGrain<IDataOwnerGrain>(Key.DataOwner).ForgetAsync(CatalogKind.Dataset, Key.Name);
        }
        finally
        {
            _isBeingDeleted = false;
        }
        log.DatasetDeleted(Key.Tenant, Key.Owner, Key.Name);
        DeactivateOnIdle();
    }

    private DatasetDescription Describe() => new()
    {
        Dataset = Key.Name,
        Declaration = Declaration,
        KeySetGeneration = state.State.KeySetGeneration,
        Received = [.. Received.Select(chunk => chunk.Key).Order()],
        Bytes = Received.Sum(chunk => (long)chunk.Value.Bytes),
    };
}
