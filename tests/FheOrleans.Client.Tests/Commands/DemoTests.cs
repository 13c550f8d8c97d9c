using System.Text.Json;
using FheOrleans.Tests;

namespace FheOrleans.Client.Tests.Commands;

/// <summary>The one command, from nothing to a report, with a node of its own each time.</summary>
[Collection(DemoTests.Alone)]
public class DemoTests
{
    // One demo at a time: each brings a node, and there may be two cores.
    internal const string Alone = "demo";

    [Theory]
    [InlineData("herd")]
    [InlineData("series")]
    public async Task Demo_ASimulatedHerd_EncryptedAndClearAgree(string layout)
    {
        var run = (await CommandLine.RunAsync("demo", "--cows", "24", "--epochs", "5", "--starts", "1", "--seed", "3", "--layout", layout, "--json")).Succeeded();
        Check(run.Json, layout);
        Assert.True(run.Json.GetProperty("simulated").GetBoolean());
        Assert.Contains("SIMULATED", run.Error, StringComparison.Ordinal);
        Assert.Contains("better than 'same as last time':", run.Error, StringComparison.Ordinal);
        Assert.Single(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Demo_WhateverBecomesOfIt_LeavesNothingBehind()
    {
        // Verbose shows the node's log, which says where its folder is. The second one fails when the node is running already.
        var good = (await CommandLine.RunAsync("demo", "--cows", "12", "--epochs", "1", "--starts", "1", "--verbose")).Succeeded();
        var bad = await CommandLine.RunAsync("demo", "--cows", "12", "--epochs", "1", "--starts", "1", "--verbose", "--learning-rate", "10", "--network", "square", "--batch-size", "1");
        Assert.Equal(1, bad.Code);
        foreach (var run in new[] { good, bad })
        {
            var folder = System.Text.RegularExpressions.Regex.Match(run.Error, "[^\"\\s]*farm-demo-[A-Za-z0-9]+").Value;
            Assert.NotEmpty(folder);
            Assert.False(Directory.Exists(folder), folder);
        }
    }

    [Fact]
    public async Task Demo_WithoutALayout_TakesTheSeriesAndPrintsTheWholeReport()
    {
        var run = (await CommandLine.RunAsync("demo", "--cows", "12", "--epochs", "1", "--starts", "1")).Succeeded();
        string[] expected =
        [
            "network on ciphertexts", "network in the clear", "same as last time", "MSE", "MAE", "MAPE", "R2", "Largest difference between ciphertext and clear",
            "training", "key generation", "encryption", "upload", "evaluation", "push", "decryption", "key upload", "keys", "result", "Parameters: N = ", "Form: series", "predicted", "Weighed", "MB of memory",
        ];
        Assert.All(expected, text => Assert.Contains(text, run.Output, StringComparison.Ordinal));
    }

    [SharedDataTheory]
    [InlineData("series")]
    [InlineData("herd")]
    public async Task Demo_DanishWeeklyRecords_AgreeInEveryTestWindow(string layout)
    {
        var file = SharedData.PathOf("dairy", "danish_milkman", "weekly.csv");
        var run = (await CommandLine.RunAsync("demo", "--herd", file, "--layout", layout, "--epochs", "20", "--starts", "1", "--json")).Succeeded();
        Check(run.Json, layout);
        Assert.Equal(1_986, run.Json.GetProperty("windows").GetInt32());
        Assert.Equal(7.19, run.Json.GetProperty("naive").GetProperty("mape").GetDouble(), 0.005);
    }

    [SharedDataFact]
    public async Task Demo_OneFrenchHerd_AgreesInEveryTestWindow()
    {
        // One of the 80 herds keeps the suite short; the command takes them all.
        var file = SharedData.PathOf("dairy", "french_testday", "testday_80herds.csv.gz");
        var run = (await CommandLine.RunAsync("demo", "--herd", file, "--farm", "FR000001", "--epochs", "20", "--starts", "1", "--json")).Succeeded();
        Check(run.Json, "series");
    }

    private static void Check(JsonElement json, string layout)
    {
        double Number(params string[] path) => path.Aggregate(json, (element, name) => element.GetProperty(name)).GetDouble();
        Assert.True(Number("windows") > 0);
        Assert.Equal(7, Number("features"));
        Assert.Equal(layout, json.GetProperty("layout").GetString());
        // The 2024 table, ePrint 2024/463: 214 bits at N = 8192, 430 at 16384, the special prime included.
        Assert.True(json.GetProperty("parameters").GetProperty("modulusBits").EnumerateArray().Sum(bits => bits.GetInt32()) <= (Number("parameters", "n") == 8192 ? 214 : 430));
        foreach (var error in new[] { "mse", "mae", "mape" })
        {
            var (cipher, clear) = (Number("cipher", error), Number("clear", error));
            Assert.True(Number("naive", error) > 0);
            Assert.True(Math.Abs(cipher - clear) <= 5e-5 * clear, $"{error}: {cipher} on ciphertexts, {clear} in the clear differ within 4 significant figures");
        }
        Assert.InRange(Number("maxAbsDifference"), double.Epsilon, 1e-5);
        Assert.All(new[] { "train", "keygen", "encrypt", "upload", "evaluate", "push", "decrypt", "total" }, stage => Assert.True(Number("seconds", stage) >= 0));
        Assert.All(new[] { "keys", "upload", "result" }, kind => Assert.True(Number("bytes", kind) > 0));
    }
}
