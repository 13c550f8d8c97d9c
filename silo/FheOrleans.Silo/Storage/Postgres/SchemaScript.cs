using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace FheOrleans.Silo.Storage.Postgres;

/// <summary>One numbered step of the database's schema, <c>deploy/sql/NNN_name.sql</c>, as it was built into the program.</summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="Name">The file's name.</param>
/// <param name="Text">What is executed.</param>
internal sealed record SchemaScript(int Number, string Name, string Text)
{
    private const string Folder = "sql/";

    /// <summary>SHA-256 of the text with line feeds as they are in the repository, in lower-case hex: what is recorded and compared.</summary>
    internal string Sha256 => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Text.ReplaceLineEndings("\n"))));

    /// <summary>All steps of this program, in order.</summary>
    /// <exception cref="InvalidDataException">The files are not numbered 001, 002, …: a fault of the build.</exception>
    internal static IReadOnlyList<SchemaScript> ReadAll()
    {
        var assembly = typeof(SchemaScript).Assembly;
        var scripts = new List<SchemaScript>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            var name = resource[Folder.Length..];
            if (!int.TryParse(name.Split('_')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number != scripts.Count + 1)
                throw new InvalidDataException($"{name} is not number {scripts.Count + 1:D3} of the schema's scripts.");
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!, Encoding.UTF8);
            scripts.Add(new(number, name, reader.ReadToEnd()));
        }
        return scripts;
    }
}
