using System.Collections.Immutable;
using FheOrleans.Hosting;

namespace FheOrleans.Silo.Options;

/// <summary>What <c>--prepare</c> prepares. <see cref="PrepareArguments"/> reads it from the command line; <c>--help</c> prints the table.</summary>
internal sealed record PrepareOptions
{
    /// <summary><c>--secrets</c>: the folder of the shared secrets; made where it is not there. No default.</summary>
    public required string Secrets { get; init; }

    /// <summary>
    /// <c>--host</c>, as often as there are names: what clients call the gateways, for a new certificate. Names and addresses; this machine's
    /// own are in it in any case.
    /// </summary>
    public ImmutableArray<string> Hosts { get; init; } = [];

    /// <summary>
    /// <c>--database-file</c>: a file with the database's connection string, to be kept among the secrets. Defaults to none: it is there already.
    /// </summary>
    public string? DatabaseFile { get; init; }

    /// <summary>All that is wrong, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new OptionFaults();
        if (string.IsNullOrWhiteSpace(Secrets)) faults.Add("--secrets is missing: name the folder to keep the secrets in; it is made when it is not there.");
        else if (File.Exists(Secrets)) faults.Add("--secrets names a file; expected a folder, which is made when it is not there.");
        foreach (var host in Hosts)
            if (Uri.CheckHostName(host) == UriHostNameType.Unknown) faults.Add($"--host is '{host}'; expected a name or an address, without a port.");
        if (DatabaseFile is not null && !File.Exists(DatabaseFile)) faults.Add("--database-file names no file; expected one with the database's connection string.");
        return faults.All;
    }
}
