using System.Globalization;
using FheOrleans.Grains;

namespace FheOrleans.Silo.Options;

/// <summary>How a node runs. <see cref="NodeArguments"/> reads it from the command line; <c>--help</c> prints the table.</summary>
internal sealed record NodeOptions
{
    /// <summary>
    /// <c>--data</c>: the folder that holds everything the node keeps. No default: a node never guesses where to put its keys.
    /// </summary>
    public required string Data { get; init; }

    /// <summary>
    /// <c>--url</c>: where the node listens. Defaults to <c>https://127.0.0.1:0</c>: this machine only, a free port, printed when
    /// ready.
    /// </summary>
    public Uri Url { get; init; } = new("https://127.0.0.1:0");

    /// <summary><c>--workers</c>: threads that evaluate circuits. Defaults to the number of processors, at most four times that.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary><c>--body-memory</c>: MiB of request bodies held in memory at once. Defaults to 64.</summary>
    public int BodyMemoryMebibytes { get; init; } = 64;

    /// <summary><c>--connections</c>: connections open at once. Defaults to 256; more are turned away.</summary>
    public int Connections { get; init; } = 256;

    /// <summary><c>--log</c>: the least severe log level written to standard error. Defaults to <c>Information</c>.</summary>
    public LogLevel Log { get; init; } = LogLevel.Information;

    /// <summary><c>--log-format</c>: <c>json</c>, an object a line, for programs; <c>text</c>, a line for people. Defaults to <c>json</c>.</summary>
    public LogFormat LogFormat { get; init; } = LogFormat.Json;

    /// <summary><c>--key-cache</c>: MiB of expanded evaluation keys kept ready; 0 keeps none beyond their use. Defaults to 512.</summary>
    public int KeyCacheMebibytes { get; init; } = 512;

    /// <summary>
    /// <c>--idle</c>, in seconds: how long a grain stays in memory after its last request. Defaults to 15 minutes.
    /// </summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// <c>--drain</c>, in seconds: how long parts that are being evaluated may go on when the node stops; 0 waits for none. Defaults to 15
    /// seconds.
    /// </summary>
    public TimeSpan Drain { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// <c>--otlp</c>: the collector that metrics and traces go to, <c>https://host:port</c>, or <c>http://</c> on this machine. Defaults to
    /// none: nothing is exported.
    /// </summary>
    public Uri? Otlp { get; init; }

    /// <summary><c>--otlp-period</c>, in seconds: how often metrics are sent. Defaults to 15 seconds.</summary>
    public TimeSpan OtlpPeriod { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// <c>--stop-with-parent</c>: stop when standard input ends, which it does when the process that started the node is gone.
    /// </summary>
    public bool StopWithParent { get; init; }

    /// <summary>How often grains are looked through for idle ones: every minute, and more often where they may stay for less than two.</summary>
    internal TimeSpan IdleQuantum => Idle / 2 < TimeSpan.FromMinutes(1) ? Idle / 2 : TimeSpan.FromMinutes(1);

    /// <summary>Gives the grains what was asked for.</summary>
    internal void ApplyTo(FheGrainsOptions grains) =>
        (grains.EvaluationThreads, grains.KeyCacheBytes, grains.StopPatience) = (Workers, (long)KeyCacheMebibytes << 20, Drain);

    /// <summary>All that is wrong, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        if (string.IsNullOrWhiteSpace(Data)) faults.Add("--data is missing: name the folder the node keeps its certificate, token and database in.");
        else if (File.Exists(Data)) faults.Add("--data names a file; expected a folder, which is made when it is not there.");
        if (!Url.IsAbsoluteUri || Url.Scheme != Uri.UriSchemeHttps) faults.Add($"--url is '{Url}'; expected https://host:port. There is no unencrypted way in.");
        else if (Url.PathAndQuery != "/" || Url.Fragment.Length > 0) faults.Add($"--url is '{Url}'; expected scheme, host and port only.");
        Range("--workers", Workers, 1, 4 * Environment.ProcessorCount);
        Range("--body-memory", BodyMemoryMebibytes, 8, 64 << 10);
        Range("--connections", Connections, 1, 100_000);
        Range("--key-cache", KeyCacheMebibytes, 0, 1 << 20);
        Range("--idle", Idle.TotalSeconds, 2, 86_400);
        Range("--drain", Drain.TotalSeconds, 0, 3600);
        Range("--otlp-period", OtlpPeriod.TotalSeconds, 1, 3600);
        if (Otlp is { } collector && !(collector.IsAbsoluteUri && (collector.Scheme == Uri.UriSchemeHttps || collector.Scheme == Uri.UriSchemeHttp && collector.IsLoopback)))
            faults.Add($"--otlp is '{collector}'; expected https://host:port, or http://127.0.0.1:port for a collector on this machine.");
        return faults;

        void Range(string name, double found, int from, int to)
        {
            if (found < from || found > to) faults.Add(string.Create(CultureInfo.InvariantCulture, $"{name} is {found}; expected {from} to {to}."));
        }
    }
}

/// <summary>How a line of the log is written.</summary>
internal enum LogFormat
{
    Json,
    Text,
}
