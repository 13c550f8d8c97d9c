using System.Globalization;

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

    /// <summary>
    /// <c>--stop-with-parent</c>: stop when standard input ends, which it does when the process that started the node is gone.
    /// </summary>
    public bool StopWithParent { get; init; }

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
        return faults;

        void Range(string name, int found, int from, int to)
        {
            if (found < from || found > to) faults.Add(string.Create(CultureInfo.InvariantCulture, $"{name} is {found}; expected {from} to {to}."));
        }
    }
}
