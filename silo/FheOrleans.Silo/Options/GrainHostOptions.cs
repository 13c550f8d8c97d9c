using FheOrleans.Grains;
using FheOrleans.Hosting;
using static FheOrleans.Hosting.ArgumentText;

namespace FheOrleans.Silo.Options;

/// <summary>How a process that hosts grains runs, be it a node or a silo of a cluster.</summary>
internal abstract record GrainHostOptions : ProcessOptions
{
    /// <summary><c>--workers</c>: threads that evaluate circuits. Defaults to the number of processors, at most four times that.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>
    /// <c>--memory</c>: MiB of memory that the process keeps to, all together. Defaults to null: what the machine has, or three quarters
    /// of the limit of the container for .NET's heap.
    /// </summary>
    public int? MemoryMebibytes { get; init; }

    /// <summary>
    /// <c>--key-cache</c>: MiB of expanded evaluation keys kept ready; 0 keeps none beyond their use. Defaults to null: 512, or a
    /// quarter of .NET's heap where that may not grow to 2 GiB.
    /// </summary>
    public int? KeyCacheMebibytes { get; init; }

    /// <summary>
    /// <c>--idle</c>, in seconds: how long a grain stays in memory after its last request. Defaults to 15 minutes.
    /// </summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// <c>--drain</c>, in seconds: how long parts that are being evaluated may go on when the process stops; 0 waits for none. Defaults
    /// to 15 seconds.
    /// </summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// <c>--quotas</c>: what a tenant may use where its operator has set nothing. Defaults to nothing else than
    /// <see cref="FheGrainsOptions.DefaultQuotas"/>; what it leaves out stays as it is there.
    /// </summary>
    public TenantQuotas Quotas { get; init; } = new();

    /// <summary>
    /// How often grains are looked through for idle ones: every minute, and more often where they may stay for less than two.
    /// </summary>
    internal TimeSpan IdleQuantum => Idle / 2 < TimeSpan.FromMinutes(1) ? Idle / 2 : TimeSpan.FromMinutes(1);

    /// <summary>What <c>--memory</c> and <c>--key-cache</c> come to on this machine.</summary>
    internal MemoryPlan Memory => MemoryPlan.For(MemoryMebibytes, KeyCacheMebibytes, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>The rows of a command line for these options, and for those of every process.</summary>
    /// <typeparam name="TOptions">The process's own options.</typeparam>
    public static new IReadOnlyList<Argument<TOptions>> Rows<TOptions>()
        where TOptions : GrainHostOptions =>
    [
        Row<TOptions>(
            "--workers", "N", "threads that evaluate circuits (number of processors)", (options, text) => options with { Workers = ReadInt(text) }),
        Row<TOptions>("--memory", "MIB", "memory that the process keeps to (none)", (options, text) => options with { MemoryMebibytes = ReadInt(text) }),
        Row<TOptions>(
            "--key-cache", "MIB", "expanded evaluation keys kept ready (512, or a quarter of the heap where that is less)",
            (options, text) => options with { KeyCacheMebibytes = ReadInt(text) }),
        Row<TOptions>("--idle", "SECONDS", "how long a grain stays in memory unused (900)", (options, text) => options with { Idle = ReadSeconds(text) }),
        Row<TOptions>(
            "--drain", "SECONDS", "how long running parts may go on when the process stops (15)", (options, text) => options with { Drain = ReadSeconds(text) }),
        Row<TOptions>(
            "--quotas", "LIST", "what a tenant may use where nothing is set for it: stored-bytes=N,running=N,… (none)",
            (options, text) => options with { Quotas = QuotaText.Read(text) }),
        .. ProcessOptions.Rows<TOptions>(),
    ];

    /// <summary>Gives the grains what was asked for.</summary>
    internal void ApplyTo(FheGrainsOptions grains)
    {
        (grains.EvaluationThreads, grains.StopPatience) = (Workers, Drain);
        (grains.KeyCacheBytes, grains.CiphertextPoolBytes) = ((long)Memory.KeyCacheMebibytes << 20, (long)Memory.PoolMebibytes << 20);
        grains.DefaultQuotas = Quotas.Or(grains.DefaultQuotas);
    }

    /// <inheritdoc/>
    protected override void Check(OptionFaults faults)
    {
        faults.Range("--workers", Workers, 1, 4 * Environment.ProcessorCount);
        if (MemoryMebibytes is { } memory) faults.Range("--memory", memory, MemoryPlan.LeastMebibytes, 1 << 20);
        if (KeyCacheMebibytes is { } keyCache) faults.Range("--key-cache", keyCache, 0, 1 << 20);
        if (MemoryMebibytes >= MemoryPlan.LeastMebibytes && KeyCacheMebibytes > Memory.HeapBytes / 2 >> 20)
        {
            faults.Add(
                $"--key-cache is {KeyCacheMebibytes}; with --memory {MemoryMebibytes} expected {Memory.HeapBytes / 2 >> 20} at most: "
                + "what runs needs as much as it.");
        }
        faults.Range("--idle", Idle.TotalSeconds, 2, 86_400);
        faults.Range("--drain", Drain.TotalSeconds, 0, 3600);
        base.Check(faults);
    }

    private static Argument<TOptions> Row<TOptions>(string name, string value, string meaning, Func<GrainHostOptions, string, GrainHostOptions> apply)
        where TOptions : GrainHostOptions => new(name, value, meaning, (options, text) => (TOptions)apply(options, text));
}
