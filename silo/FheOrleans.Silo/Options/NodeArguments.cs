using FheOrleans.Hosting;
using static FheOrleans.Hosting.ArgumentText;

namespace FheOrleans.Silo.Options;

/// <summary>The node's command line, as one table: what is read, what is checked and what <c>--help</c> prints are the same rows.</summary>
internal static class NodeArguments
{
    private static readonly Argument<NodeOptions>[] Table =
    [
        new("--data", "DIR", "folder of the certificate, the operator's token and the database (required)", (options, text) => options with { Data = text }),
        new("--database", "FILE", "file with the connection string of a PostgreSQL database, instead of SQLite (none)", (options, text) => options with { Database = text }),
        new("--url", "URL", "where to listen; port 0 takes a free one (https://127.0.0.1:0)", (options, text) => options with { Url = ReadUrl(text) }),
        new("--body-memory", "MIB", "memory for request bodies, all together (64)", (options, text) => options with { BodyMemoryMebibytes = ReadInt(text) }),
        new("--connections", "N", "connections open at once (256)", (options, text) => options with { Connections = ReadInt(text) }),
        new("--sign-ins", "N", "failed sign-ins of one address in a minute before it is turned away (60)", (options, text) => options with { FailedSignInsPerMinute = ReadInt(text) }),
        new("--token-days", "N", "days that a member's token works (365)", (options, text) => options with { TokenDays = ReadInt(text) }),
        .. GrainHostOptions.Rows<NodeOptions>(),
        new("--new-operator-token", null, "make a new token for the operator, in place of all it had, then end (off)", (options, _) => options with { NewOperatorToken = true }),
    ];

    private static readonly ArgumentTable<NodeOptions> Arguments = new(Table, options => options.Faults());

    /// <summary>What <c>--help</c> prints.</summary>
    public static string Help => "FheOrleans node: evaluates networks on encrypted data.\n\n  dotnet FheOrleans.Silo.dll --data DIR [options]\n\n" + Arguments.Help;

    /// <summary>Reads the command line and checks it.</summary>
    /// <param name="arguments">The arguments, without the program's name.</param>
    /// <returns>The options, and all that is wrong with them at once; the options are good when that is empty.</returns>
    public static (NodeOptions Options, IReadOnlyList<string> Faults) Read(IReadOnlyList<string> arguments) =>
        Arguments.Read(new NodeOptions { Data = "" }, arguments);
}
