using FheOrleans.Hosting;

namespace FheOrleans.Gateway.Host.Options;

/// <summary>
/// The command line of <c>--new-operator-token</c>, as one table: what is read, what is checked and what <c>--help</c> prints are the same rows.
/// </summary>
internal static class OperatorRenewalArguments
{
    /// <summary>The option that asks for it.</summary>
    public const string Name = "--new-operator-token";

    private static readonly Argument<OperatorRenewalOptions>[] Table =
    [
        new(Name, null, "make a new token for the operator, in place of all it had, then end", (options, _) => options),
        new("--secrets", "DIR", "folder of the shared secrets, as a gateway has it (required)", (options, text) => options with { Secrets = text }),
        new("--cluster", "NAME", "name of the cluster, which runs (required)", (options, text) => options with { Cluster = text }),
        new("--token-file", "FILE", "new file for the token, readable by its owner only (required)", (options, text) => options with { TokenFile = text }),
    ];

    private static readonly ArgumentTable<OperatorRenewalOptions> Arguments = new(Table, options => options.Faults());

    /// <summary>What <c>--help</c> prints.</summary>
    public static string Help =>
        "FheOrleans operator who has lost every token of a cluster:\n\n"
        + "  dotnet FheOrleans.Gateway.Host.dll --new-operator-token --secrets DIR --cluster NAME --token-file FILE\n\n" + Arguments.Help;

    /// <summary>Reads the command line and checks it.</summary>
    /// <param name="arguments">The arguments, without the program's name.</param>
    /// <returns>The options, and all that is wrong with them at once; the options are good when that is empty.</returns>
    public static (OperatorRenewalOptions Options, IReadOnlyList<string> Faults) Read(IReadOnlyList<string> arguments) =>
        Arguments.Read(new OperatorRenewalOptions { Secrets = "", Cluster = "", TokenFile = "" }, arguments);
}
