using System.Security.Cryptography;
using FheOrleans.Grains.KeySets;
using FheOrleans.Grains.Ledgers;
using FheOrleans.Grains.Receipts;
using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Workers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Datasets;

/// <summary>Takes and keeps one dataset's chunks. Each is parsed and checked on an intake thread before it is stored.</summary>
/// <remarks>
/// Not reentrant: the list of chunks is written after each. A chunk of 4 MiB takes some 50 ms to check and store, so one upload keeps
/// little waiting, and several owners' uploads do not meet. Only reading by workers interleaves, and it changes nothing.
/// </remarks>
internal sealed class DatasetGrain(
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
                throw new ConflictException($"dataset '{Key.Name}'", "another declaration", "the one it was declared with", "Use another name, or delete the dataset first.");
            return Describe();
        }
        var keySet = await GrainFactory.GetGrain<IKeySetGrain>(GrainKeys.KeySet(Key.Tenant, Key.Owner, declaration.KeySet)).DescribeAsync();
        ChunkChecks.Check(declaration, await parametersCatalog.ReadAsync(keySet.Declaration.Parameters), options.Value);
        await GrainFactory.GetGrain<IDataOwnerGrain>(Key.DataOwner).RegisterAsync(CatalogKind.Dataset, Key.Name);
        state.State = new() { Declaration = declaration, Parameters = keySet.Declaration.Parameters, KeySetGeneration = keySet.Generation, Incarnation = Guid.NewGuid() };
        await this.SaveAsync(state);
        log.DatasetDeclared(Key.Tenant, Key.Owner, Key.Name, declaration.ChunkCount);
        return Describe();
    }

    /// <inheritdoc/>
    public async Task<DatasetProgress> PutChunkAsync(int index, byte[] chunk)
    {
        var declaration = Declaration;
        if (index < 0 || index >= declaration.ChunkCount)
            throw new InvalidPayloadException("chunk index", $"{index}", $"0 to {declaration.ChunkCount - 1}");
        var parameters = await parametersCatalog.ReadAsync(state.State.Parameters);
        ChunkChecks.CheckLength(declaration, parameters, index, chunk.Length);
        if (state.State.Chunks.TryGetValue(index, out var stored))
        {
            var sent = await workers.RunAsync(() => SHA256.HashData(chunk));
            if (!stored.Sha256.AsSpan().SequenceEqual(sent))
                throw new ConflictException($"chunk {index} of dataset '{Key.Name}'", "other content", "the content that is stored", "Delete the dataset to upload other data.");
            return Progress();
        }
        var hash = await workers.RunAsync(() => ChunkChecks.Check(declaration, parameters, index, chunk));
        // The chunk first and the word that it is there second: after a crash between the two it is only sent again.
        await payloads.WriteAsync(PayloadKeys.Chunk(Key, index), chunk);
        state.State.Chunks[index] = new() { Sha256 = hash, Bytes = chunk.Length };
        if (Progress().Complete) await this.EnterAsync(GrainFactory, Key, LedgerKind.DatasetCompleted, Sha256(), state.State.Incarnation);
        await this.SaveAsync(state);
        if (Progress().Complete) log.DatasetCompleted(Key.Tenant, Key.Owner, Key.Name);
        return Progress();
    }

    /// <inheritdoc/>
    public Task<DatasetDescription> DescribeAsync() => Task.FromResult(Describe());

    /// <inheritdoc/>
    public async Task<Payload> ReadChunkAsync(int index)
    {
        _ = Declaration;
        var bytes = state.State.Chunks.ContainsKey(index) ? await payloads.ReadAsync(PayloadKeys.Chunk(Key, index)) : null;
        return new() { Bytes = bytes ?? throw new NotFoundException($"chunk of dataset '{Key.Name}'", $"{index}") };
    }

    /// <inheritdoc/>
    public async Task DeleteAsync()
    {
        if (state.State.Declaration is null) return;
        await state.ClearStateAsync();
        await payloads.DeleteAsync(PayloadKeys.Dataset(Key));
        await GrainFactory.GetGrain<IDataOwnerGrain>(Key.DataOwner).ForgetAsync(CatalogKind.Dataset, Key.Name);
        log.DatasetDeleted(Key.Tenant, Key.Owner, Key.Name);
        DeactivateOnIdle();
    }

    /// <summary>The hash over all chunks' hashes, in their order.</summary>
    private byte[] Sha256() => Hashes.Over(state.State.Chunks.OrderBy(chunk => chunk.Key).Select(chunk => chunk.Value.Sha256));

    private DatasetProgress Progress() => new() { Received = state.State.Chunks.Count, Total = (int)Declaration.ChunkCount };

    private DatasetDescription Describe() => new()
    {
        Dataset = Key.Name,
        Declaration = Declaration,
        KeySetGeneration = state.State.KeySetGeneration,
        Received = [.. state.State.Chunks.Keys.Order()],
        Bytes = state.State.Chunks.Values.Sum(chunk => (long)chunk.Bytes),
    };
}
