using System.Collections.Immutable;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace FheOrleans.Grains.Tests;

/// <summary>Stands before everything that is stored, and lets through what a test says.</summary>
internal abstract class StorageSeam
{
    public IPayloadStore Over(IPayloadStore store) => new Payloads(this, store);

    public IGrainStorage Over(IGrainStorage storage) => new States(this, storage);

    public ILedgerStore Over(ILedgerStore store) => new Ledgers(this, store);

    /// <summary>Called with each write.</summary>
    protected abstract Task WriteAsync(Func<Task> write);

    /// <summary>Called with each read.</summary>
    protected virtual Task ReadAsync(Func<Task> read) => read();

    private async Task<T> WriteAsync<T>(Func<Task<T>> write)
    {
        T? written = default;
        await WriteAsync(async () => { written = await write(); });
        return written!;
    }

    private async Task<T> ReadAsync<T>(Func<Task<T>> read)
    {
        T? found = default;
        await ReadAsync(async () => { found = await read(); });
        return found!;
    }

    private sealed class Payloads(StorageSeam seam, IPayloadStore store) : IPayloadStore
    {
        public Task WriteAsync(string key, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default) =>
            seam.WriteAsync(() => store.WriteAsync(key, payload, cancellationToken));

        public Task DeleteAsync(string key, CancellationToken cancellationToken = default) =>
            seam.WriteAsync(() => store.DeleteAsync(key, cancellationToken));

        public Task<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default) =>
            seam.ReadAsync(() => store.ReadAsync(key, cancellationToken));

        public Task<long> MeasureAsync(string key, CancellationToken cancellationToken = default) =>
            seam.ReadAsync(() => store.MeasureAsync(key, cancellationToken));
    }

    private sealed class States(StorageSeam seam, IGrainStorage storage) : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
            seam.ReadAsync(() => storage.ReadStateAsync(stateName, grainId, grainState));

        public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
            seam.WriteAsync(() => storage.WriteStateAsync(stateName, grainId, grainState));

        public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) =>
            seam.WriteAsync(() => storage.ClearStateAsync(stateName, grainId, grainState));
    }

    private sealed class Ledgers(StorageSeam seam, ILedgerStore store) : ILedgerStore
    {
        public Task<bool> AppendAsync(string ledger, LedgerRecord record, CancellationToken cancellationToken = default) =>
            seam.WriteAsync(() => store.AppendAsync(ledger, record, cancellationToken));

        public Task<LedgerRecord?> FindAsync(string ledger, Guid reference, CancellationToken cancellationToken = default) =>
            seam.ReadAsync(() => store.FindAsync(ledger, reference, cancellationToken));

        public Task<LedgerRecord?> ReadLastAsync(string ledger, CancellationToken cancellationToken = default) =>
            seam.ReadAsync(() => store.ReadLastAsync(ledger, cancellationToken));

        public Task<ImmutableArray<LedgerRecord>> ReadAsync(
            string ledger, long after, int maximumCount, CancellationToken cancellationToken = default) =>
            seam.ReadAsync(() => store.ReadAsync(ledger, after, maximumCount, cancellationToken));
    }
}
