using FheOrleans.Hosting;
using static FheOrleans.Hosting.ArgumentText;

namespace FheOrleans.Gateway.Host.Options;

/// <summary>The gateway's command line, as one table: what is read, what is checked and what <c>--help</c> prints are the same rows.</summary>
internal static class GatewayArguments
{
    private static readonly Argument<GatewayHostOptions>[] Table =
    [
        new("--secrets", "DIR", "folder of the shared secrets, made by --prepare of the silo's program (required)", (options, text) => options with { Secrets = text }),
        new("--cluster", "NAME", "name of the cluster (required)", (options, text) => options with { Cluster = text }),
        new("--url", "URL", "where to listen; port 0 takes a free one (https://127.0.0.1:0)", (options, text) => options with { Url = ReadUrl(text) }),
        new("--body-memory", "MIB", "memory for request bodies, all together (64)", (options, text) => options with { BodyMemoryMebibytes = ReadInt(text) }),
        new("--connections", "N", "connections open at once (1024)", (options, text) => options with { Connections = ReadInt(text) }),
        new("--sign-ins", "N", "failed sign-ins of one address in a minute before it is turned away (60)", (options, text) => options with { FailedSignInsPerMinute = ReadInt(text) }),
        new("--token-days", "N", "days that a member's token works (365)", (options, text) => options with { TokenDays = ReadInt(text) }),
        .. ProcessOptions.Rows<GatewayHostOptions>(),
    ];

    private static readonly ArgumentTable<GatewayHostOptions> Arguments = new(Table, options => options.Faults());

    /// <summary>What <c>--help</c> prints.</summary>
    public static string Help =>
        "FheOrleans gateway: HTTPS and SignalR before a cluster of silos.\n\n  dotnet FheOrleans.Gateway.Host.dll --secrets DIR --cluster NAME [options]\n\n" + Arguments.Help;

    /// <summary>Reads the command line and checks it.</summary>
    /// <param name="arguments">The arguments, without the program's name.</param>
    /// <returns>The options, and all that is wrong with them at once; the options are good when that is empty.</returns>
    public static (GatewayHostOptions Options, IReadOnlyList<string> Faults) Read(IReadOnlyList<string> arguments) =>
        Arguments.Read(new GatewayHostOptions { Secrets = "", Cluster = "" }, arguments);
}
