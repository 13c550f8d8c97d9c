namespace FheOrleans.Grains.Tests;

/// <summary>Watches a payload store, and can hold up or fail what tests say.</summary>
internal sealed class WatchedPayloads : IPayloadStore
{
    private IPayloadStore _store = null!;
    private int _writes;

    /// <summary>Called before each read with its key.</summary>
    public Func<string, Task>? BeforeRead { get; set; }

    /// <summary>Called before each write with its key.</summary>
    public Func<string, Task>? BeforeWrite { get; set; }

    /// <summary>Called before each deletion with its key.</summary>
    public Func<string, Task>? BeforeDelete { get; set; }

    public int Writes => _writes;

    public WatchedPayloads Over(IPayloadStore store)
    {
        _store = store;
        return this;
    }

    public async Task WriteAsync(string key, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default)
    {
        Interlocked.Increment(ref _writes);
        if (BeforeWrite is { } before) await before(key);
        await _store.WriteAsync(key, payload, cancellationToken);
    }

    public async Task<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default)
    {
        if (BeforeRead is { } before) await before(key);
        return await _store.ReadAsync(key, cancellationToken);
    }

    public async Task DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        if (BeforeDelete is { } before) await before(key);
        await _store.DeleteAsync(key, cancellationToken);
    }

    public Task<long> MeasureAsync(string key, CancellationToken cancellationToken = default) => _store.MeasureAsync(key, cancellationToken);
}
