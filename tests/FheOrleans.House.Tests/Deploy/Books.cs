using System.Text.RegularExpressions;

namespace FheOrleans.House.Tests.Deploy;

/// <summary>The pages for people.</summary>
internal static partial class Books
{
    /// <summary>Every page of the checkout, by its full path.</summary>
    public static string[] Files { get; } =
        [.. Directory.EnumerateFiles(Solution.Root, "*.md").Concat(new[] { "docs", "clients", "bench", "deploy" }
            .Select(folder => Path.Combine(Solution.Root, folder)).Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories)))
            .Where(path => !path.Split('/', '\\').Any(part => part is "bin" or "obj" or "node_modules"))];

    /// <summary>The heading's address, as repositories' pages make it.</summary>
    public static string AnchorOf(string heading) =>
        NotInAnchors().Replace(heading.Trim().ToLowerInvariant(), "").Replace(' ', '-');

    [GeneratedRegex("[^\\p{L}\\p{N} _-]")]
    private static partial Regex NotInAnchors();
}
