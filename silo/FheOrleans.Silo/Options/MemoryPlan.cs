namespace FheOrleans.Silo.Options;

/// <summary>
/// What a process does with the memory it may take: how large .NET's heap may grow, and what of that is for evaluation keys.
/// </summary>
/// <param name="HeapBytes">The most that .NET's heap may have committed; null leaves it to the runtime, which knows the container's
/// limit.</param>
/// <param name="KeyCacheMebibytes">Expanded evaluation keys kept ready.</param>
/// <param name="PoolMebibytes">Ciphertexts kept for intermediate values.</param>
internal sealed record MemoryPlan(long? HeapBytes, int KeyCacheMebibytes, int PoolMebibytes)
{
    /// <summary>The least <c>--memory</c> that a node works with.</summary>
    internal const int LeastMebibytes = 384;

    /// <summary>The key cache, and the pool, where there is memory enough.</summary>
    internal const int AmpleKeyCacheMebibytes = 512, AmplePoolMebibytes = 256;

    // Beside the heap there are the runtime and its code, SQLite's pages, TLS, threads: 105 MiB in a fresh node, some 160 after a busy
    // hour.
    private const long LeastBesideHeap = 192L << 20;
    private const int PartBesideHeap = 8;

    // Keys are what lives longest in the heap and what there is most of. The rest is for what runs, and for what the collector has not
    // taken back.
    private const int PartForKeys = 4, PartForPool = 8;

    /// <summary>Makes a plan.</summary>
    /// <param name="memoryMebibytes"><c>--memory</c>, or null where it was not given.</param>
    /// <param name="keyCacheMebibytes"><c>--key-cache</c>, or null where it was not given.</param>
    /// <param name="availableBytes">What the runtime may take: the machine's memory, or of a container's limit the share that the
    /// runtime takes.</param>
    internal static MemoryPlan For(int? memoryMebibytes, int? keyCacheMebibytes, long availableBytes)
    {
        long? heap = memoryMebibytes is { } memory ? HeapOf((long)memory << 20) : null;
        var mebibytes = (heap ?? availableBytes) >> 20;
        return new(
            heap, keyCacheMebibytes ?? (int)Math.Min(AmpleKeyCacheMebibytes, mebibytes / PartForKeys), (int)Math.Min(AmplePoolMebibytes, mebibytes / PartForPool));
    }

    /// <summary>Has the runtime keep to it. To be called before anything large is in the heap.</summary>
    internal void Apply()
    {
        if (HeapBytes is not { } bytes) return;
        AppContext.SetData("GCHeapHardLimit", (ulong)bytes);
        GC.RefreshMemoryLimit();
    }

    private static long HeapOf(long memory) => memory - Math.Max(LeastBesideHeap, memory / PartBesideHeap);
}
