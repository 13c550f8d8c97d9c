using System.Globalization;
using System.Text.RegularExpressions;
using FheOrleans.Embedded;
using FheOrleans.Gateway;
using FheOrleans.Grains;
using FheOrleans.Node.Tests.Support;
using FheOrleans.Silo.Options;

namespace FheOrleans.Node.Tests.Contract;

/// <summary>What the books say about options is what the program does, in both directions.</summary>
public partial class NodeBookTests
{
    [Fact]
    public async Task NodeBook_Always_HasTheOptionsOfTheProgramAndNoOthers()
    {
        var book = await File.ReadAllTextAsync(Repository.PathOf("docs", "node.md"));

        var described = TableRow().Matches(book).Select(match => match.Groups[1].Value);
        var known = HelpRow().Matches(NodeArguments.Help).Select(match => match.Groups[1].Value);

        Assert.Equal(known, described);
    }

    [Fact]
    public async Task NodeBookAndHelp_Always_HaveTheDefaultsOfTheProgram()
    {
        var defaults = new NodeOptions { Data = "" };
        var book = TableRow().Matches(await File.ReadAllTextAsync(Repository.PathOf("docs", "node.md"))).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        var help = HelpRow().Matches(NodeArguments.Help).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        (string Option, object Default)[] expected =
        [
            ("--url", "https://127.0.0.1:0"), ("--body-memory", defaults.BodyMemoryMebibytes), ("--connections", defaults.Connections), ("--log", defaults.Log),
            ("--log-format", defaults.LogFormat.ToString().ToLowerInvariant()), ("--idle", defaults.Idle.TotalSeconds),
            ("--sign-ins", defaults.FailedSignInsPerMinute), ("--token-days", defaults.TokenDays), ("--drain", defaults.Drain.TotalSeconds), ("--otlp-period", defaults.OtlpPeriod.TotalSeconds),
        ];

        Assert.Equal("https://127.0.0.1:0", defaults.Url.OriginalString);
        Assert.Null(defaults.Otlp);
        Assert.Equal((defaults.FailedSignInsPerMinute, defaults.TokenDays), (new GatewayOptions().FailedSignInsPerMinute, (int)new GatewayOptions().TokenLifetime.TotalDays));
        Assert.All(expected, item =>
        {
            var text = string.Create(CultureInfo.InvariantCulture, $"{item.Default}");
            Assert.Equal(text, book[item.Option].Trim('`'));
            Assert.EndsWith($"({text})", help[item.Option], StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task HostingBook_Always_HasEveryOptionOfTheGatewayAndNoUnknownOne()
    {
        var book = await File.ReadAllTextAsync(Repository.PathOf("docs", "hosting.md"));
        var options = new GatewayOptions();

        foreach (var option in typeof(GatewayOptions).GetProperties())
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"| `{option.Name}` | {option.GetValue(options)} |"), book, StringComparison.Ordinal);

        var known = new[] { typeof(GatewayOptions), typeof(FheGrainsOptions), typeof(EmbeddedSiloOptions) }.SelectMany(type => type.GetProperties()).Select(option => option.Name);
        var section = book[book.IndexOf("## Options", StringComparison.Ordinal)..];
        var described = OptionRow().Matches(section).Select(match => match.Groups[1].Value);
        Assert.Empty(described.Except(known));
    }

    [GeneratedRegex(@"^\| `(--[a-z-]+)[^|]*\|.*\| ([^|]*) \|\r?$", RegexOptions.Multiline)]
    private static partial Regex TableRow();

    [GeneratedRegex("^  (--[a-z-]+)(.*)$", RegexOptions.Multiline)]
    private static partial Regex HelpRow();

    [GeneratedRegex("^\\| `([A-Z][A-Za-z]+)` \\|", RegexOptions.Multiline)]
    private static partial Regex OptionRow();
}
