using System.Collections.Concurrent;
using System.Collections.Immutable;
using FheOrleans.Embedded;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace FheOrleans.Grains.Tests;

/// <summary>Grain state in memory, in its bytes: no two activations ever share an object through it.</summary>
internal sealed class InMemoryGrainStorage : IGrainStorage, IErasure
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string, string), (string Etag, byte[] Value)> _records = [];
    private long _version;

    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        lock (_gate)
        {
            var found = _records.TryGetValue((grainId.ToString(), stateName), out var record);
            grainState.State = found ? StateCodec.Read<T>(record.Value) : Activator.CreateInstance<T>();
            (grainState.ETag, grainState.RecordExists) = (found ? record.Etag : null, found);
        }
        return Task.CompletedTask;
    }

    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        lock (_gate)
        {
            Check(stateName, grainId, grainState.ETag);
            var etag = $"{++_version}";
            _records[(grainId.ToString(), stateName)] = (etag, StateCodec.Write(grainState.State));
            (grainState.ETag, grainState.RecordExists) = (etag, true);
        }
        return Task.CompletedTask;
    }

    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        lock (_gate)
        {
            Check(stateName, grainId, grainState.ETag);
            _records.Remove((grainId.ToString(), stateName));
            (grainState.State, grainState.ETag, grainState.RecordExists) = (Activator.CreateInstance<T>(), null, false);
        }
        return Task.CompletedTask;
    }

    public Task EraseStateBelowAsync(string ownerKey, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            foreach (var record in _records.Keys.Where(key => key.Item1[(key.Item1.IndexOf('/', StringComparison.Ordinal) + 1)..].StartsWith(ownerKey + "/", StringComparison.Ordinal)).ToArray())
                _records.Remove(record);
        }
        return Task.CompletedTask;
    }

    /// <summary>The bytes of key sets' records, and how many key sets and datasets are declared.</summary>
    public StoredUsage Measure(string tenant)
    {
        lock (_gate)
        {
            var keySets = _records.Where(record => record.Key.Item1.StartsWith($"keyset/{tenant}/", StringComparison.Ordinal)).ToList();
            return new()
            {
                Bytes = keySets.Sum(record => (long)record.Value.Value.Length),
                KeySets = keySets.Count(record => record.Key.Item2 == "key-set"),
                Datasets = _records.Keys.Count(key => key.Item1.StartsWith($"dataset/{tenant}/", StringComparison.Ordinal) && key.Item2 == "dataset"),
            };
        }
    }

    public Task ScrubAsync(string ownerKey, CancellationToken cancellationToken = default) => Task.CompletedTask;

    private void Check(string name, GrainId grain, string? readEtag)
    {
        var stored = _records.TryGetValue((grain.ToString(), name), out var record) ? record.Etag : null;
        if (stored != readEtag)
            throw new InconsistentStateException($"The state '{name}' of {grain} was changed by somebody else.", stored, readEtag);
    }
}

/// <summary>Measures what is in memory.</summary>
internal sealed class InMemoryUsageMeter(InMemoryGrainStorage state, IPayloadStore payloads) : IUsageMeter
{
    public async Task<StoredUsage> MeasureAsync(string tenant, CancellationToken cancellationToken = default) =>
        state.Measure(Name.Check(tenant, "tenant")).Plus(new() { Bytes = await payloads.MeasureAsync(tenant, cancellationToken) });
}

/// <summary>Payloads in memory.</summary>
internal sealed class InMemoryPayloadStore : IPayloadStore
{
    private readonly ConcurrentDictionary<string, byte[]> _payloads = new();

    public IEnumerable<byte[]> All => _payloads.Values;

    public Task WriteAsync(string key, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        _payloads[key] = payload.ToArray();
        return Task.CompletedTask;
    }

    public Task<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default) =>
        Task.FromResult(_payloads.GetValueOrDefault(key));

    public Task DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        foreach (var found in _payloads.Keys.Where(candidate => IsAtOrBelow(candidate, key))) _payloads.TryRemove(found, out _);
        return Task.CompletedTask;
    }

    public Task<long> MeasureAsync(string key, CancellationToken cancellationToken = default) =>
        Task.FromResult(_payloads.Where(item => IsAtOrBelow(item.Key, key)).Sum(item => (long)item.Value.Length));

    private static bool IsAtOrBelow(string candidate, string key) =>
        candidate == key || candidate.StartsWith(key + "/", StringComparison.Ordinal);
}

/// <summary>Ledgers in memory.</summary>
internal sealed class InMemoryLedgerStore : ILedgerStore
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<LedgerRecord>> _ledgers = [];

    public Task<bool> AppendAsync(string ledger, LedgerRecord record, CancellationToken cancellationToken = default)
    {
        lock (_gate)
        {
            var records = Of(ledger);
            if (record.Number != records.Count + 1 || records.Exists(known => known.Reference == record.Reference)) return Task.FromResult(false);
            records.Add(record with { Entry = [.. record.Entry] });
            return Task.FromResult(true);
        }
    }

    public Task<LedgerRecord?> FindAsync(string ledger, Guid reference, CancellationToken cancellationToken = default)
    {
        lock (_gate) return Task.FromResult(Of(ledger).Find(record => record.Reference == reference));
    }

    public Task<LedgerRecord?> ReadLastAsync(string ledger, CancellationToken cancellationToken = default)
    {
        lock (_gate) return Task.FromResult(Of(ledger).LastOrDefault());
    }

    public Task<ImmutableArray<LedgerRecord>> ReadAsync(string ledger, long after, int maximumCount, CancellationToken cancellationToken = default)
    {
        lock (_gate) return Task.FromResult<ImmutableArray<LedgerRecord>>([.. Of(ledger).Where(record => record.Number > after).Take(maximumCount)]);
    }

    private List<LedgerRecord> Of(string ledger)
    {
        if (!_ledgers.TryGetValue(ledger, out var records)) _ledgers[ledger] = records = [];
        return records;
    }
}
