using FheOrleans.Hosting;

namespace FheOrleans.Silo.Options;

/// <summary>The command line of <c>--prepare</c>, as one table: what is read, what is checked and what <c>--help</c> prints are the same rows.</summary>
internal static class PrepareArguments
{
    /// <summary>The option that asks for it.</summary>
    public const string Name = "--prepare";

    private static readonly Argument<PrepareOptions>[] Table =
    [
        new(Name, null, "prepare secrets and database, then end; may be repeated, and never writes over a secret", (options, _) => options),
        new("--secrets", "DIR", "folder of the shared secrets (required)", (options, text) => options with { Secrets = text }),
        new("--host", "NAME", "what clients call the gateways; as often as there are names (localhost)", (options, text) => options with { Hosts = options.Hosts.Add(text) }),
        new("--database-file", "FILE", "file with the database's connection string, kept among the secrets (none)", (options, text) => options with { DatabaseFile = text }),
    ];

    private static readonly ArgumentTable<PrepareOptions> Arguments = new(Table, options => options.Faults());

    /// <summary>What <c>--help</c> prints.</summary>
    public static string Help =>
        "FheOrleans cluster, before its first start and after each upgrade:\n\n"
        + "  dotnet FheOrleans.Silo.dll --prepare --secrets DIR --host NAME [--database-file FILE]\n\n" + Arguments.Help;

    /// <summary>Reads the command line and checks it.</summary>
    /// <param name="arguments">The arguments, without the program's name.</param>
    /// <returns>The options, and all that is wrong with them at once; the options are good when that is empty.</returns>
    public static (PrepareOptions Options, IReadOnlyList<string> Faults) Read(IReadOnlyList<string> arguments) =>
        Arguments.Read(new PrepareOptions { Secrets = "" }, arguments);
}
