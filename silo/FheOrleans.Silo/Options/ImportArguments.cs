using FheOrleans.Hosting;

namespace FheOrleans.Silo.Options;

/// <summary>The command line of <c>--import</c>, as one table: what is read, what is checked and what <c>--help</c> prints are the same rows.</summary>
internal static class ImportArguments
{
    /// <summary>The option that asks for it.</summary>
    public const string Name = "--import";

    private static readonly Argument<ImportOptions>[] Table =
    [
        new(Name, "DIR", "folder of a node that keeps everything in SQLite, and does not run (required)", (options, text) => options with { Data = text }),
        new("--database", "FILE", "file with the connection string of an empty PostgreSQL database (required)", (options, text) => options with { Database = text }),
    ];

    private static readonly ArgumentTable<ImportOptions> Arguments = new(Table, options => options.Faults());

    /// <summary>What <c>--help</c> prints.</summary>
    public static string Help =>
        "FheOrleans import: copies a node from SQLite into PostgreSQL, then ends; may be repeated.\n\n"
        + "  dotnet FheOrleans.Silo.dll --import DIR --database FILE\n\n" + Arguments.Help;

    /// <summary>Reads the command line and checks it.</summary>
    /// <param name="arguments">The arguments, without the program's name.</param>
    /// <returns>The options, and all that is wrong with them at once; the options are good when that is empty.</returns>
    public static (ImportOptions Options, IReadOnlyList<string> Faults) Read(IReadOnlyList<string> arguments) =>
        Arguments.Read(new ImportOptions { Data = "", Database = "" }, arguments);
}
