using FheOrleans.Hosting;

namespace FheOrleans.Silo.Options;

/// <summary>How a silo of a cluster runs. <see cref="SiloArguments"/> reads it from the command line; <c>--help</c> prints the table.</summary>
internal sealed record ClusterSiloOptions : GrainHostOptions
{
    /// <summary><c>--secrets</c>: the folder of the shared secrets. No default.</summary>
    public required string Secrets { get; init; }

    /// <summary><c>--cluster</c>: the name of the cluster it belongs to. No default.</summary>
    public required string Cluster { get; init; }

    /// <summary><c>--silo</c>: where the other silos reach it; an address of this machine that all of them can use. No default.</summary>
    public required HostPort? Silo { get; init; }

    /// <summary>
    /// <c>--listen</c>: where it takes other silos' connections, if they reach it by way of something else, such as a port that is mapped. An
    /// address of this machine. Defaults to <c>--silo</c>.
    /// </summary>
    public HostPort? Listen { get; init; }

    /// <summary><c>--clients</c>: where gateways reach it, at the host of <c>--silo</c>. Defaults to none: gateways use other silos.</summary>
    public HostPort? Clients { get; init; }

    /// <summary>
    /// <c>--health</c>: where it says how it is, unencrypted and nothing else. Defaults to <c>http://127.0.0.1:0</c>: this machine only, a free
    /// port, printed when ready.
    /// </summary>
    public Uri Health { get; init; } = new("http://127.0.0.1:0");

    /// <summary>
    /// <c>--silence</c>, in seconds: how long a silo may say nothing at all before the others declare it dead; the same at all silos, from 3 to
    /// 60. A silo that hangs for longer ends when it goes on. Defaults to 6 seconds.
    /// </summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>All that is wrong, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new OptionFaults();
        if (string.IsNullOrWhiteSpace(Secrets)) faults.Add("--secrets is missing: name the folder of secrets that --prepare made.");
        ClusterName.Check(faults, Cluster);
        if (Silo is null) faults.Add("--silo is missing: name an address of this machine that the other silos reach, HOST:PORT.");
        else if (Clients is not null && Clients.Host != Silo.Host) faults.Add($"--clients is at '{Clients.Host}'; expected the host of --silo, '{Silo.Host}': Orleans tells gateways that one.");
        else if (Clients is not null && Clients.Port == Silo.Port) faults.Add($"--clients and --silo have the same port, {Silo.Port}; expected two.");
        if (Health.Scheme != Uri.UriSchemeHttp || Health.PathAndQuery != "/") faults.Add($"--health is '{Health}'; expected http://host:port. It tells whether the silo is well, and nothing else.");
        faults.Range("--silence", Silence.TotalSeconds, 3, 60);
        Check(faults);
        return faults.All;
    }
}
