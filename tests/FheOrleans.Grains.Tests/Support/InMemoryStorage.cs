using System.Collections.Concurrent;
using FheOrleans.Embedded;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace FheOrleans.Grains.Tests;

/// <summary>Grain state in memory, in its bytes: no two activations ever share an object through it.</summary>
internal sealed class InMemoryGrainStorage : IGrainStorage
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

    private void Check(string name, GrainId grain, string? readEtag)
    {
        var stored = _records.TryGetValue((grain.ToString(), name), out var record) ? record.Etag : null;
        if (stored != readEtag)
            throw new InconsistentStateException($"The state '{name}' of {grain} was changed by somebody else.", stored, readEtag);
    }
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
