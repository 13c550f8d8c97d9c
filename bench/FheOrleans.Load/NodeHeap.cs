using System.Globalization;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Load;

/// <summary>A node's .NET heap, as the node itself tells a collector of metrics.</summary>
/// <remarks>
/// What a collection left is the last word on a heap, and a node at rest collects nothing; so the node is asked to collect first
/// (<see cref="InducedCollection"/>). What of the node's resident memory is not in its heap is the runtime's code, SQLite's, TLS' and
/// the allocator's.
/// </remarks>
internal sealed class NodeHeap : IAsyncDisposable
{
    private const string Sizes = "dotnet.gc.last_collection.heap.size", Committed = "dotnet.gc.last_collection.memory.committed_size";
    private const string Fragments = "dotnet.gc.last_collection.heap.fragmentation.size";
    private const string Collections = "dotnet.gc.collections", Pause = "dotnet.gc.pause.time";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly OtlpReceiver _receiver;

    private NodeHeap(OtlpReceiver receiver) => _receiver = receiver;

    /// <summary>What a node must be started with.</summary>
    public string[] Options => ["--otlp", _receiver.Url.ToString().TrimEnd('/'), "--otlp-period", "2"];

    public static async Task<NodeHeap> ListenAsync() => new(await OtlpReceiver.StartAsync());

    /// <summary>The heap as the last collection left it, whenever that was.</summary>
    public async Task<HeapFacts> ReadAsync(CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(Patience);
        _receiver.Received.Clear();
        while (true)
        {
            if (Latest() is { } facts) return facts;
            await Task.Delay(TimeSpan.FromMilliseconds(100), patience.Token);
        }
    }

    /// <summary>The heap after a full collection that is made for this.</summary>
    public async Task<HeapFacts> CollectAsync(int process, CancellationToken cancellation)
    {
        var before = await ReadAsync(cancellation);
        await InducedCollection.RunAsync(process, cancellation);
        var after = await ReadAsync(cancellation);
        while (after.FullCollections == before.FullCollections) after = await ReadAsync(cancellation);
        return after;
    }

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    private HeapFacts? Latest()
    {
        var metrics = _receiver.Metrics().GroupBy(metric => metric.Name).ToDictionary(named => named.Key, named => named.Last());
        if (!metrics.TryGetValue(Sizes, out var sizes) || !metrics.TryGetValue(Committed, out var committed)) return null;
        if (!metrics.TryGetValue(Collections, out var collections)) return null;
        return new()
        {
            Bytes = Sum(sizes, generation: null),
            LargeObjectBytes = Sum(sizes, "loh"),
            PinnedObjectBytes = Sum(sizes, "poh"),
            FragmentBytes = metrics.TryGetValue(Fragments, out var fragments) ? Sum(fragments, generation: null) : 0,
            CommittedBytes = Sum(committed, generation: null),
            FullCollections = Sum(collections, "gen2"),
            PauseSeconds = metrics.TryGetValue(Pause, out var pause) ? pause.Points.Sum(point => point.Value) : 0,
        };
    }

    private static long Sum(OtlpMetric metric, string? generation) => (long)metric.Points
        .Where(point => generation is null || point.Attributes.GetValueOrDefault("gc.heap.generation") == generation)
        .Sum(point => point.Value);
}

/// <summary>What a collection left, in bytes: objects and the gaps between them.</summary>
internal sealed record HeapFacts
{
    public required long Bytes { get; init; }

    public required long LargeObjectBytes { get; init; }

    public required long PinnedObjectBytes { get; init; }

    public required long FragmentBytes { get; init; }

    public required long CommittedBytes { get; init; }

    /// <summary>Full collections since the start.</summary>
    public required long FullCollections { get; init; }

    /// <summary>How long all threads stood still for collections since the start, of any generation.</summary>
    public required double PauseSeconds { get; init; }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Mebi(Bytes)} ({Mebi(LargeObjectBytes)} large, {Mebi(PinnedObjectBytes)} pinned, {Mebi(FragmentBytes)} of it gaps), "
        + $"{Mebi(CommittedBytes)} committed; {FullCollections} full collections, {PauseSeconds:F2} s of pauses");

    private static double Mebi(long bytes) => Math.Round(bytes / 1048576.0, 2);
}
