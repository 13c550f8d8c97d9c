using System.Text.RegularExpressions;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Training;

namespace FheOrleans.Networks.Tests.KnownAnswer;

/// <summary>The reports printed on docs/circuits.md are those the compiler gives. With UPDATE_DOCS=1 they are written there.</summary>
public partial class CircuitsPageTests
{
    [Fact]
    public void Page_Reports_AreTheCompilers()
    {
        var path = Path.Combine(Root(), "docs", "circuits.md");
        var page = File.ReadAllText(path);
        var expected = ReportBlock().Replace(page, block => $"```report:{block.Groups[1].Value}\n{Report(block.Groups[1].Value)}```");
        Assert.Equal(6, ReportBlock().Count(page));
        if (Environment.GetEnvironmentVariable("UPDATE_DOCS") == "1") File.WriteAllText(path, expected);
        Assert.Equal(expected, File.ReadAllText(path));
    }

    private static string Report(string name)
    {
        const string Paper = "paper-";
        var (network, form) = name switch
        {
            "square" => (Square(), CircuitForm.Herd),
            "linear" => (LinearModel.Create(Numbers(11, 1, 0.5), -0.15), CircuitForm.Herd),
            _ when name.StartsWith(Paper, StringComparison.Ordinal) => (PaperNetwork.Create(), CircuitForm.Parse(name[Paper.Length..])),
            _ => throw new ArgumentException($"The page names a report '{name}' that is not known here."),
        };
        return CircuitCompiler.Compile(network, new CompilerOptions { Form = form }).Report.ToString();
    }

    private static Network Square() => SquareNetwork.Create(
        [.. Enumerable.Range(0, 8).Select(unit => Numbers(20, (ulong)unit, 0.5))], Numbers(8, 20, 0.3), Numbers(8, 21, 0.5), Numbers(20, 22, 0.2), 0.05);

    private static double[] Numbers(int count, ulong seed, double bound)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.NextSymmetric(bound))];
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "FheOrleans.sln"))) folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("FheOrleans.sln was not found above the test's folder.");
    }

    [GeneratedRegex("```report:([a-z0-9-]+)\n[^`]*```")]
    private static partial Regex ReportBlock();
}
