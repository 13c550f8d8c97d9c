using FheOrleans.Hosting;

namespace FheOrleans.Gateway.Host.Options;

/// <summary>How a gateway of a cluster runs. <see cref="GatewayArguments"/> reads it from the command line; <c>--help</c> prints the table.</summary>
internal sealed record GatewayHostOptions : ProcessOptions
{
    /// <summary>
    /// <c>--secrets</c>: the folder with the database's connection string and the two certificates. No default.
    /// </summary>
    public required string Secrets { get; init; }

    /// <summary><c>--cluster</c>: the name of the cluster whose gateway it is. No default.</summary>
    public required string Cluster { get; init; }

    /// <summary><c>--url</c>: where it listens. Defaults to <c>https://127.0.0.1:0</c>: this machine only, a free port, printed when ready.</summary>
    public Uri Url { get; init; } = new("https://127.0.0.1:0");

    /// <summary><c>--body-memory</c>: MiB of request bodies held in memory at once. Defaults to 64.</summary>
    public int BodyMemoryMebibytes { get; init; } = 64;

    /// <summary><c>--connections</c>: connections open at once. Defaults to 1024; more are turned away.</summary>
    public int Connections { get; init; } = 1024;

    /// <summary><c>--sign-ins</c>: failed sign-ins of one address in a minute before it is turned away. Defaults to 60.</summary>
    public int FailedSignInsPerMinute { get; init; } = 60;

    /// <summary><c>--token-days</c>: how many days a member's token works after it was issued. Defaults to 365.</summary>
    public int TokenDays { get; init; } = 365;

    /// <summary>All that is wrong, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new OptionFaults();
        if (string.IsNullOrWhiteSpace(Secrets)) faults.Add("--secrets is missing: name the folder of secrets that --prepare of the silo's program made.");
        ClusterName.Check(faults, Cluster);
        faults.HttpsUrl("--url", Url);
        faults.Range("--body-memory", BodyMemoryMebibytes, 8, 64 << 10);
        faults.Range("--connections", Connections, 1, 100_000);
        faults.Range("--sign-ins", FailedSignInsPerMinute, 1, 1_000_000);
        faults.Range("--token-days", TokenDays, 1, 3650);
        Check(faults);
        return faults.All;
    }
}
