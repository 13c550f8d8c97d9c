using FheOrleans.Client.Keys;
using FheOrleans.Client.Tests.Herds;

namespace FheOrleans.Client.Tests.Commands;

/// <summary>Parsing, exit codes and errors of commands that need no node.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData()]
    [InlineData("nonsense")]
    [InlineData("demo", "--layout", "diagonal")]
    [InlineData("upload", "--form", "polyphase-1")]
    [InlineData("demo", "--seed", "many")]
    [InlineData("demo", "--epochs", "0")]
    [InlineData("demo", "--network", "deep")]
    [InlineData("demo", "--cows", "1")]
    [InlineData("demo", "--window", "0")]
    [InlineData("wrangle")]
    [InlineData("init", "--node", "x", "--certificate", "y", "--code", "z")]
    [InlineData("init")]
    [InlineData("admin", "quotas", "--token-file", "x")]
    [InlineData("admin", "invite")]
    [InlineData("admin", "invite", "hill", "--role", "king")]
    public async Task Run_WrongUsage_Returns2(params string[] arguments)
    {
        var run = await CommandLine.RunAsync(arguments);
        Assert.Equal(2, run.Code);
        Assert.NotEmpty(run.Error);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Did you mean 'predict'?", "predikt")]
    [InlineData("'quotes' is no command of 'farm admin'. Did you mean 'quotas'?", "admin", "quotes", "--set", "1")]
    [InlineData("'farm wrangle' has no option '--windw'. Did you mean '--window'?", "wrangle", "a.csv", "--windw", "10")]
    [InlineData("Did you mean '--json'?", "results", "--jsn")]
    [InlineData("See 'farm train --help'", "train", "extra")]
    public async Task Run_ATypo_SaysWhatWasMeant(string expected, params string[] arguments)
    {
        var run = await CommandLine.RunAsync(arguments);
        run.Failed(2, expected);
        Assert.True(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length <= 2, run.Error);
    }

    [Theory]
    [InlineData("farm demo")]
    [InlineData("farm admin members", "admin")]
    [InlineData("create <name>", "admin", "tenants")]
    public async Task Run_AGroupAlone_ShowsItsHelpAndReturns2(string expected, params string[] arguments) =>
        (await CommandLine.RunAsync(arguments)).Failed(2, expected);

    [Fact]
    public async Task Run_HelpAsACommand_IsHelp() => Assert.Contains("admin [command]", (await CommandLine.RunAsync("help", "admin")).Succeeded().Output, StringComparison.Ordinal);

    [Fact]
    public async Task Init_WithAnotherFarmsCode_LeavesTheFolderAlone()
    {
        await File.WriteAllTextAsync(_folder["passphrase"], "correct horse battery\n");
        using (var home = new FarmHome(_folder["home"], () => Passphrase.From("correct horse battery")))
            home.Initialize(new(new("https://127.0.0.1:1"), new string('a', 64), "coop", "farm"), "the token");

        (await CommandLine.RunAsync(
            "init", "--node", "https://127.0.0.1:1", "--certificate", new string('a', 64), "--code", "coop.hill.secret",
            "--home", _folder["home"], "--passphrase-file", _folder["passphrase"])).Failed(2, "--home FOLDER");

        using var after = new FarmHome(_folder["home"], () => Passphrase.From("correct horse battery"));
        Assert.Equal(("farm", "the token"), (after.ReadProfile().Owner, after.ReadToken()));
    }

    [Fact]
    public async Task WrangleAndTrain_ASimulatedHerd_SayThatItIsSimulated()
    {
        (await CommandLine.RunAsync("simulate", _folder["herd.csv"], "--cows", "20", "--seed", "5")).Succeeded();
        var wrangled = (await CommandLine.RunAsync("wrangle", _folder["herd.csv"], "--home", _folder["home"], "--json")).Succeeded();
        Assert.True(wrangled.Json.GetProperty("simulated").GetBoolean());
        Assert.Equal(7, wrangled.Json.GetProperty("features").GetInt32());
        Assert.Contains("SIMULATED", wrangled.Error, StringComparison.Ordinal);
        Assert.Single(wrangled.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        var trained = (await CommandLine.RunAsync("train", "--home", _folder["home"], "--epochs", "2", "--starts", "1", "--json")).Succeeded();
        Assert.True(trained.Json.GetProperty("clear").GetProperty("mae").GetDouble() > 0);
        Assert.True(trained.Json.GetProperty("naive").GetProperty("mape").GetDouble() > 0);
        Assert.True(File.Exists(_folder["home/networks/network.json"]));
    }

    [Fact]
    public async Task Wrangle_BadRecords_SaysWhereAndWhatToDo()
    {
        async Task<CommandLine> Wrangle(string text, params string[] more)
        {
            await File.WriteAllTextAsync(_folder["a.csv"], text);
            return await CommandLine.RunAsync(["wrangle", _folder["a.csv"], "--home", _folder["home"], .. more]);
        }

        string[] mapped = ["--columns", CsvText.Columns];
        (await CommandLine.RunAsync("wrangle", _folder["absent.csv"])).Failed(1, "There is no file");
        (await Wrangle("")).Failed(1, "The herd has no records");
        (await Wrangle("x,y,z\n1,2,3\n")).Failed(1, "--columns \"animal=x,time=y,target=z");
        (await Wrangle("cow,week,kg\na,1,2\n", mapped)).Failed(1, "has no column 'milk'");
        (await Wrangle("cow,week,milk\na,1,lots\n", mapped)).Failed(1, "Row 2, column 'milk': there is text where a number is expected");
        (await Wrangle("cow,week,milk\na,1,NaN\n", mapped)).Failed(1, "not a finite number");
        (await Wrangle(CsvText.Herd(60), mapped)).Failed(1, "--minimum-animals 1");
        (await Wrangle(CsvText.Herd(20, 20), mapped)).Failed(1, "the longest unbroken run has 20");
        (await Wrangle(CsvText.Herd(60, 60), "--columns", "animal=cow,tiem=week")).Failed(2, "nearest: 'time'");
        (await Wrangle(CsvText.Herd(60, 60), [.. mapped, "--farm", "a"])).Failed(2, "no column holds the farm");
        Assert.False(Directory.Exists(_folder["home/herds"]));
    }

    [Fact]
    public async Task Commands_BeforeInit_SayWhatToDo()
    {
        (await CommandLine.RunAsync("train", "--home", _folder["home"])).Failed(1, "farm wrangle");
        (await CommandLine.RunAsync("upload", "--home", _folder["home"])).Failed(1, "farm init");
        (await CommandLine.RunAsync("predict", "--home", _folder["home"])).Failed(1, "farm init");
        (await CommandLine.RunAsync("results", "--home", _folder["home"], "--offline")).Succeeded();
    }

    [Fact]
    public async Task Init_ANodeThatIsNotThere_SaysSo()
    {
        await File.WriteAllTextAsync(_folder["passphrase"], "correct horse battery\n");
        (await CommandLine.RunAsync(
            "init", "--node", "https://127.0.0.1:1", "--certificate", new string('a', 64), "--code", "coop.farm.x",
            "--home", _folder["home"], "--passphrase-file", _folder["passphrase"])).Failed(1, "cannot be reached");
        Assert.False(File.Exists(_folder["home/profile.json"]));
    }
}
