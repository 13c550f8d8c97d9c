using FheOrleans.Hosting;

namespace FheOrleans.Gateway.Host.Options;

/// <summary>
/// For whom <c>--new-operator-token</c> makes a token. <see cref="OperatorRenewalArguments"/> reads it from the command line; <c>--help</c>
/// prints the table.
/// </summary>
internal sealed record OperatorRenewalOptions
{
    /// <summary><c>--secrets</c>: the folder with the database's connection string and the cluster's certificate. No default.</summary>
    public required string Secrets { get; init; }

    /// <summary><c>--cluster</c>: the name of the cluster, whose silos run. No default.</summary>
    public required string Cluster { get; init; }

    /// <summary><c>--token-file</c>: where the token is written. No default.</summary>
    public required string TokenFile { get; init; }

    /// <summary>All that is wrong, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new OptionFaults();
        if (string.IsNullOrWhiteSpace(Secrets)) faults.Add("--secrets is missing: name the folder of secrets that --prepare of the silo's program made.");
        ClusterName.Check(faults, Cluster);
        if (string.IsNullOrWhiteSpace(TokenFile)) faults.Add("--token-file is missing: name a file that is not there yet, to write the token to.");
        else if (Path.Exists(TokenFile)) faults.Add("--token-file names something that is there already; expected a new file: nothing is ever written over.");
        else if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(TokenFile))))
            faults.Add("--token-file names a file in a folder that is not there; expected one that is.");
        return faults.All;
    }
}
