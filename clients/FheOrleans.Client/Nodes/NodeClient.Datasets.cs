using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Client.Nodes;

public sealed partial class NodeClient
{
    /// <summary>Declares a dataset. Declaring the same again changes nothing.</summary>
    /// <param name="id">Its id: <c>[a-z0-9][a-z0-9-]{0,39}</c>.</param>
    /// <param name="declaration">What it will hold.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<DatasetDescription> DeclareDatasetAsync(string id, DatasetDeclaration declaration, CancellationToken cancellation = default) =>
        _transport.SendAsync<DatasetDescription>(HttpMethod.Put, Routes.DatasetOf(id), Json(declaration), cancellation);

    /// <summary>Asks what a dataset is and which of its chunks have arrived.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<DatasetDescription> GetDatasetAsync(string id, CancellationToken cancellation = default) =>
        _transport.SendAsync<DatasetDescription>(HttpMethod.Get, Routes.DatasetOf(id), null, cancellation);

    /// <summary>Deletes a dataset and its chunks.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task DeleteDatasetAsync(string id, CancellationToken cancellation = default) => DeleteAsync(Routes.DatasetOf(id), cancellation);

    /// <summary>
    /// Uploads the chunks the node does not have yet, a few at a time. Called again after a lost client it sends only what is missing. A
    /// chunk is made once and sent again with the same bytes after a lost connection: encrypting it anew would make it another chunk.
    /// </summary>
    /// <param name="id">The dataset's id, declared before.</param>
    /// <param name="makeChunk">
    /// Makes the chunk of an index, off the caller's thread and several at once; asked for missing chunks only.
    /// </param>
    /// <param name="progress">Told after each chunk; may be null.</param>
    /// <param name="cancellation">Stops making and sending.</param>
    public async Task UploadDatasetAsync(
        string id,
        Func<int, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> makeChunk,
        IProgress<UploadProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(makeChunk);
        var description = await _transport.RetryAsync(() => GetDatasetAsync(id, cancellation), cancellation).ConfigureAwait(false);
        await UploadMissingAsync(description, makeChunk, progress, cancellation).ConfigureAwait(false);
    }

    /// <summary>The same for a dataset whose description the caller has from the node.</summary>
    internal async Task UploadMissingAsync(
        DatasetDescription description,
        Func<int, CancellationToken, ValueTask<ReadOnlyMemory<byte>>> makeChunk,
        IProgress<UploadProgress>? progress,
        CancellationToken cancellation)
    {
        var total = checked((int)description.Declaration.Chunks);
        var done = description.Received.Count;
        var sent = 0L;
        var gate = new Lock();
        progress?.Report(new UploadProgress(done, total, sent));

        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = _transport.Options.ChunksInFlight,
            CancellationToken = cancellation,
            TaskScheduler = TaskScheduler.Default,
        };
        await Parallel.ForEachAsync(Enumerable.Range(0, total).Except(description.Received), parallel, async (index, stop) =>
        {
            var bytes = await makeChunk(index, stop).ConfigureAwait(false);
            await UploadChunkAsync(description.Id, index, bytes, stop).ConfigureAwait(false);
            // Reported under the lock, so that a bar never goes backwards.
            lock (gate) progress?.Report(new UploadProgress(++done, total, sent += bytes.Length));
        }).ConfigureAwait(false);
    }

    /// <summary>Uploads one chunk, trying again after a lost connection.</summary>
    /// <param name="id">The dataset's id.</param>
    /// <param name="index">The chunk's index.</param>
    /// <param name="bytes">Its ciphertexts, one after the other.</param>
    /// <param name="cancellation">Stops sending.</param>
    public Task<ChunkReceipt> UploadChunkAsync(string id, int index, ReadOnlyMemory<byte> bytes, CancellationToken cancellation = default) =>
        _transport.RetryAsync(() => _transport.SendAsync<ChunkReceipt>(HttpMethod.Put, Routes.ChunkOf(id, index), Octets(bytes), cancellation), cancellation);
}
