using FheOrleans.Hosting;
using static FheOrleans.Hosting.ArgumentText;

namespace FheOrleans.Silo.Options;

/// <summary>The command line of a silo of a cluster, as one table: what is read, what is checked and what <c>--help</c> prints are the same rows.</summary>
internal static class SiloArguments
{
    private static readonly Argument<ClusterSiloOptions>[] Table =
    [
        new("--secrets", "DIR", "folder of the shared secrets, made by --prepare (required)", (options, text) => options with { Secrets = text }),
        new("--cluster", "NAME", "name of the cluster (required)", (options, text) => options with { Cluster = text }),
        new("--silo", "HOST:PORT", "where the other silos reach it (required)", (options, text) => options with { Silo = HostPort.Parse(text) }),
        new("--listen", "HOST:PORT", "where it takes their connections, if that is not there: a mapped port (none)",
            (options, text) => options with { Listen = HostPort.Parse(text) }),
        new("--clients", "HOST:PORT", "where gateways reach it (none)", (options, text) => options with { Clients = HostPort.Parse(text) }),
        new("--health", "URL", "where it says how it is; port 0 takes a free one (http://127.0.0.1:0)", (options, text) => options with { Health = ReadUrl(text) }),
        new("--silence", "SECONDS", "how long a silo may say nothing before the others declare it dead; the same at all (6)",
            (options, text) => options with { Silence = ReadSeconds(text) }),
        .. GrainHostOptions.Rows<ClusterSiloOptions>(),
    ];

    private static readonly ArgumentTable<ClusterSiloOptions> Arguments = new(Table, options => options.Faults());

    /// <summary>What <c>--help</c> prints.</summary>
    public static string Help =>
        "FheOrleans silo of a cluster: evaluates networks on encrypted data; gateways are processes of their own.\n\n"
        + "  dotnet FheOrleans.Silo.dll --secrets DIR --cluster NAME --silo HOST:PORT [options]\n\n" + Arguments.Help;

    /// <summary>Reads the command line and checks it.</summary>
    /// <param name="arguments">The arguments, without the program's name.</param>
    /// <returns>The options, and all that is wrong with them at once; the options are good when that is empty.</returns>
    public static (ClusterSiloOptions Options, IReadOnlyList<string> Faults) Read(IReadOnlyList<string> arguments) =>
        Arguments.Read(new ClusterSiloOptions { Secrets = "", Cluster = "", Silo = null }, arguments);
}
