using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace FheOrleans.Embedded;

/// <summary>One record of a grain's state between the grain and its storage.</summary>
internal sealed class PersistentState<T>(GrainId grainId, string name, IGrainStorage storage) : IPersistentState<T>
    where T : class, new()
{
    private readonly GrainState<T> _record = new() { State = new() };

    /// <inheritdoc/>
    public T State
    {
        get => _record.State ??= new();
        set => _record.State = value;
    }

    /// <inheritdoc/>
    public string? Etag => _record.ETag;

    /// <inheritdoc/>
    public bool RecordExists => _record.RecordExists;

    /// <inheritdoc/>
    public Task ReadStateAsync() => storage.ReadStateAsync(name, grainId, _record);

    /// <inheritdoc/>
    public Task WriteStateAsync() => storage.WriteStateAsync(name, grainId, _record);

    /// <inheritdoc/>
    public Task ClearStateAsync() => storage.ClearStateAsync(name, grainId, _record);
}
