using System.Collections.Immutable;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace FheOrleans.Grains.Tests;

/// <summary>
/// Lets a number of writes to storage through, of whatever kind, and none after them: whoever writes then waits for ever, as a process that died
/// would. What is stored is what a crash between two writes leaves.
/// </summary>
internal sealed class PowerCut
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = int.MaxValue;

    /// <summary>Ends when a write was not let through.</summary>
    public Task Reached => _reached.Task;

    public void After(int writes) => Volatile.Write(ref _left, writes);

    public IPayloadStore Over(IPayloadStore store) => new Payloads(this, store);

    public IGrainStorage Over(IGrainStorage storage) => new States(this, storage);

    public ILedgerStore Over(ILedgerStore store) => new Ledgers(this, store);

    private Task PassAsync()
    {
        if (Interlocked.Decrement(ref _left) >= 0) return Task.CompletedTask;
        _reached.TrySetResult();
        return new TaskCompletionSource().Task;
    }

    private sealed class Payloads(PowerCut cut, IPayloadStore store) : IPayloadStore
    {
        public async Task WriteAsync(string key, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
        {
            await cut.PassAsync();
            await store.WriteAsync(key, payload, cancellationToken);
        }

        public async Task DeleteAsync(string key, CancellationToken cancellationToken = default)
        {
            await cut.PassAsync();
            await store.DeleteAsync(key, cancellationToken);
        }

        public Task<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default) => store.ReadAsync(key, cancellationToken);

        public Task<long> MeasureAsync(string key, CancellationToken cancellationToken = default) => store.MeasureAsync(key, cancellationToken);
    }

    private sealed class States(PowerCut cut, IGrainStorage storage) : IGrainStorage
    {
        public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => storage.ReadStateAsync(stateName, grainId, grainState);

        public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            await cut.PassAsync();
            await storage.WriteStateAsync(stateName, grainId, grainState);
        }

        public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
        {
            await cut.PassAsync();
            await storage.ClearStateAsync(stateName, grainId, grainState);
        }
    }

    private sealed class Ledgers(PowerCut cut, ILedgerStore store) : ILedgerStore
    {
        public async Task<bool> AppendAsync(string ledger, LedgerRecord record, CancellationToken cancellationToken = default)
        {
            await cut.PassAsync();
            return await store.AppendAsync(ledger, record, cancellationToken);
        }

        public Task<LedgerRecord?> FindAsync(string ledger, Guid reference, CancellationToken cancellationToken = default) => store.FindAsync(ledger, reference, cancellationToken);

        public Task<LedgerRecord?> ReadLastAsync(string ledger, CancellationToken cancellationToken = default) => store.ReadLastAsync(ledger, cancellationToken);

        public Task<ImmutableArray<LedgerRecord>> ReadAsync(string ledger, long after, int maximumCount, CancellationToken cancellationToken = default) =>
            store.ReadAsync(ledger, after, maximumCount, cancellationToken);
    }
}
