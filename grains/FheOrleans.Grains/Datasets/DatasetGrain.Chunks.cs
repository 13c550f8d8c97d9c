using System.Security.Cryptography;
using FheOrleans.Grains.Ledgers;
using FheOrleans.Grains.Receipts;
using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Tenants;

namespace FheOrleans.Grains.Datasets;

/// <content>
/// Taking chunks, several at a time: while one is checked on an intake thread another is being stored, and the word that they are there
/// is written once for all that have come meanwhile. A chunk is acknowledged, and described as received, when both are stored.
/// </content>
internal sealed partial class DatasetGrain
{
    // Chunks that are being taken, by index; the tasks never fail.
    private readonly Dictionary<int, Task> _arriving = [];
    private Task? _saving, _nextSave;
    private bool _isBeingDeleted;

    private IEnumerable<KeyValuePair<int, StoredChunk>> Received => state.State.Chunks.Where(chunk => !_arriving.ContainsKey(chunk.Key));

    /// <inheritdoc/>
    public async Task<DatasetProgress> PutChunkAsync(int index, byte[] chunk)
    {
        var declaration = _isBeingDeleted ? throw this.Missing("dataset", Key.Name) : Declaration;
        if (index < 0 || index >= declaration.ChunkCount)
            throw new InvalidPayloadException("chunk index", $"{index}", $"0 to {declaration.ChunkCount - 1}");
        // One at a time for an index: the second is compared with what the first has left.
        while (_arriving.TryGetValue(index, out var same)) await same;
        if (_isBeingDeleted) throw this.Missing("dataset", Key.Name); // Meanwhile: what the deletion waits for is what arrived before it.
        var arrival = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _arriving[index] = arrival.Task;
        bool isNew;
        try
        {
            isNew = await TakeAsync(declaration, index, chunk);
        }
        finally
        {
            _arriving.Remove(index);
            arrival.SetResult();
        }
        var progress = Progress();
        if (isNew && progress.Complete) log.DatasetCompleted(Key.Tenant, Key.Owner, Key.Name);
        return progress;
    }

    /// <returns>False if the very same chunk was there.</returns>
    private async Task<bool> TakeAsync(DatasetDeclaration declaration, int index, byte[] chunk)
    {
        var parameters = await parametersCatalog.ReadAsync(Key.Tenant, state.State.Parameters);
        ChunkChecks.CheckLength(declaration, parameters, index, chunk.Length);
        if (state.State.Chunks.TryGetValue(index, out var stored))
        {
            var sent = await workers.RunAsync(Key.Tenant, () => SHA256.HashData(chunk));
            if (stored.Sha256.AsSpan().SequenceEqual(sent)) return false;
            throw new ConflictException(
                $"chunk {index} of dataset '{Key.Name}'", "other content", "the content that is stored",
                "Delete the dataset to upload other data.");
        }
        await using var room = await GrainFactory.ReserveBytesAsync(Key.Tenant, chunk.Length);
        var hash = await workers.RunAsync(Key.Tenant, () => ChunkChecks.Check(declaration, parameters, index, chunk));
        // The chunk first and the word that it is there second: after a crash between the two it is only sent again.
        await payloads.WriteAsync(PayloadKeys.Chunk(Key, index), chunk);
        var taken = new StoredChunk { Sha256 = hash, Bytes = chunk.Length };
        // The ledger before the last chunk's word, which another chunk's write might carry along.
        if (state.State.Chunks.Count + 1 == declaration.ChunkCount)
            await this.EnterAsync(GrainFactory, Key, LedgerKind.DatasetCompleted, Sha256With(index, taken), state.State.Incarnation);
        state.State.Chunks[index] = taken;
        await SaveTogetherAsync();
        return true;
    }

    /// <summary>Writes the state. Who comes while it is being written shares the next write with all others who do.</summary>
    private Task SaveTogetherAsync() => _nextSave ??= SaveAfterTheLastAsync();

    private async Task SaveAfterTheLastAsync()
    {
        // Never at once: the field that leads here is set when this returns for the first time.
        await Task.Yield();
        while (_saving is { } last)
            await last.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        _nextSave = null;
        try
        {
            await (_saving = this.SaveAsync(state));
        }
        finally
        {
            _saving = null;
        }
    }

    /// <summary>The hash over all chunks' hashes, in their order, when the last one has come.</summary>
    private byte[] Sha256With(int index, StoredChunk last) =>
        Hashes.Over(state.State.Chunks.Append(new(index, last)).OrderBy(chunk => chunk.Key).Select(chunk => chunk.Value.Sha256));

    private DatasetProgress Progress() => new() { Received = Received.Count(), Total = (int)Declaration.ChunkCount };
}
