using System.Text.RegularExpressions;
using FheOrleans.Node.Tests.Support;
using FheOrleans.Silo.Options;

namespace FheOrleans.Node.Tests.Contract;

public partial class NodeBookTests
{
    [Fact]
    public async Task Book_Always_HasTheOptionsOfTheProgramAndNoOthers()
    {
        var book = await File.ReadAllTextAsync(Repository.PathOf("docs", "node.md"));

        var described = TableRow().Matches(book).Select(match => match.Groups[1].Value);
        var known = HelpRow().Matches(NodeArguments.Help).Select(match => match.Groups[1].Value);

        Assert.Equal(known, described);
    }

    [GeneratedRegex(@"^\| `(--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex TableRow();

    [GeneratedRegex("^  (--[a-z-]+)", RegexOptions.Multiline)]
    private static partial Regex HelpRow();
}
