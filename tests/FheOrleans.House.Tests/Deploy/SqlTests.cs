using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace FheOrleans.House.Tests.Deploy;

/// <summary>The numbered SQL: nothing is missing between the first script and the last, and each is part of the program that applies it.</summary>
public partial class SqlTests
{
    private static readonly string[] Files = [.. Directory.EnumerateFiles(Path.Combine(Solution.Root, "deploy", "sql")).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Fact]
    public void Numbers_AreConsecutiveFromOne()
    {
        Assert.All(Files, file => Assert.Matches(Numbered(), file));
        Assert.Equal(Enumerable.Range(1, Files.Length), Files.Select(file => int.Parse(file[..3], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public void EveryScript_IsEmbeddedIntoTheSilo()
    {
        var project = Path.Combine(Solution.Root, BuiltProgram.Silo.Project, "FheOrleans.Silo.csproj");
        var patterns = XDocument.Load(project).Descendants("EmbeddedResource").Select(item => ((string?)item.Attribute("Include") ?? "").Replace('\\', '/')).ToArray();
        var embedded = patterns.SelectMany(pattern => Directory.EnumerateFiles(Path.Combine(Path.GetDirectoryName(project)!, Path.GetDirectoryName(pattern)!), Path.GetFileName(pattern))).Select(path => Path.GetFileName(path)!);
        Assert.Empty(Files.Except(embedded));
    }

    [GeneratedRegex("^[0-9]{3}_[a-z_]+\\.sql$")]
    private static partial Regex Numbered();
}
