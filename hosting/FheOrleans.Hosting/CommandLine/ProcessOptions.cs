using Microsoft.Extensions.Logging;
using static FheOrleans.Hosting.ArgumentText;

namespace FheOrleans.Hosting;

/// <summary>What can be said of every process: its log, its telemetry, whom it ends with.</summary>
public abstract record ProcessOptions
{
    /// <summary><c>--log</c>: the least severe log level written to standard error. Defaults to <c>Information</c>.</summary>
    public LogLevel Log { get; init; } = LogLevel.Information;

    /// <summary><c>--log-format</c>: <c>json</c>, an object a line, for programs; <c>text</c>, a line for people. Defaults to <c>json</c>.</summary>
    public LogFormat LogFormat { get; init; } = LogFormat.Json;

    /// <summary>
    /// <c>--otlp</c>: the collector that metrics and traces go to, <c>https://host:port</c>, or <c>http://</c> on this machine. Defaults to
    /// none: nothing is exported.
    /// </summary>
    public Uri? Otlp { get; init; }

    /// <summary><c>--otlp-period</c>, in seconds: how often metrics are sent. Defaults to 15 seconds.</summary>
    public TimeSpan OtlpPeriod { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// <c>--stop-with-parent</c>: stop when standard input ends, which it does when the process that started this one is gone.
    /// </summary>
    public bool StopWithParent { get; init; }

    /// <summary>The rows of a command line for these options, the same in every process.</summary>
    /// <typeparam name="TOptions">The process's own options.</typeparam>
    /// <returns>The rows, in the order of the help.</returns>
    public static IReadOnlyList<Argument<TOptions>> Rows<TOptions>()
        where TOptions : ProcessOptions =>
    [
        Row<TOptions>("--log", "LEVEL", "Trace, Debug, Information, Warning, Error, Critical or None (Information)", (options, text) => options with { Log = ReadOneOf<LogLevel>(text, "log level") }),
        Row<TOptions>("--log-format", "FORMAT", "json or text (json)", (options, text) => options with { LogFormat = ReadOneOf<LogFormat>(text, "log format") }),
        Row<TOptions>("--otlp", "URL", "collector of metrics and traces, OTLP over HTTP (none)", (options, text) => options with { Otlp = ReadUrl(text) }),
        Row<TOptions>("--otlp-period", "SECONDS", "how often metrics are sent (15)", (options, text) => options with { OtlpPeriod = ReadSeconds(text) }),
        Row<TOptions>("--stop-with-parent", null, "stop when standard input ends", (options, _) => options with { StopWithParent = true }),
    ];

    /// <summary>Checks these options.</summary>
    /// <param name="faults">Where faults go.</param>
    protected virtual void Check(OptionFaults faults)
    {
        ArgumentNullException.ThrowIfNull(faults);
        faults.Range("--otlp-period", OtlpPeriod.TotalSeconds, 1, 3600);
        if (Otlp is { } collector && !(collector.IsAbsoluteUri && (collector.Scheme == Uri.UriSchemeHttps || collector.Scheme == Uri.UriSchemeHttp && collector.IsLoopback)))
            faults.Add($"--otlp is '{collector}'; expected https://host:port, or http://127.0.0.1:port for a collector on this machine.");
    }

    // `with` keeps the type of what it copies.
    private static Argument<TOptions> Row<TOptions>(string name, string? value, string meaning, Func<ProcessOptions, string, ProcessOptions> apply)
        where TOptions : ProcessOptions => new(name, value, meaning, (options, text) => (TOptions)apply(options, text));
}
