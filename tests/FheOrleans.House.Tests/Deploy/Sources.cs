using System.Text.RegularExpressions;

namespace FheOrleans.House.Tests.Deploy;

/// <summary>The files of the shared secrets folder, as the source names them.</summary>
internal static partial class SecretFiles
{
    public static string[] Names { get; } =
        [.. Constant().Matches(File.ReadAllText(Path.Combine(Solution.Root, "hosting", "FheOrleans.Hosting", "Identity", "SecretsFolder.cs"))).Select(match => match.Groups[1].Value)];

    [GeneratedRegex("public const string \\w+ = \"([a-z.]+)\";")]
    private static partial Regex Constant();
}

/// <summary>The instruments that processes have, as the source makes them.</summary>
internal static partial class Instruments
{
    public static IReadOnlySet<string> Names { get; } = new[] { "embedded", "grains", "gateway", "hosting", "silo" }
        .SelectMany(Solution.SourceFiles)
        .SelectMany(file => Made().Matches(File.ReadAllText(file)))
        .Select(match => match.Groups[1].Value)
        .ToHashSet();

    [GeneratedRegex("\\.Create\\w+(?:<\\w+>)?\\(\\s*\"(fheorleans\\.[a-z_.]+)\"")]
    private static partial Regex Made();
}
