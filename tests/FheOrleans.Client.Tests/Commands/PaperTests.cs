using FheOrleans.Cli;

namespace FheOrleans.Client.Tests.Commands;

/// <summary>The paper's experiment on a small herd, with a node of its own.</summary>
[Collection(DemoTests.Alone)]
public sealed class PaperTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Paper_ASmallHerd_TimesBothWaysAndBothJobsAndAgreesWithTheClear()
    {
        (await CommandLine.RunAsync("simulate", _folder["herd.csv"], "--cows", "14", "--seed", "5")).Succeeded();
        var run = (await CommandLine.RunAsync("paper", "--herd", _folder["herd.csv"], "--epochs", "1", "--runs", "2", "--json")).Succeeded();
        Assert.Single(run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));

        double Number(params string[] path) => path.Aggregate(run.Json, (element, name) => element.GetProperty(name)).GetDouble();
        foreach (var where in new[] { "local", "remote" })
        {
            foreach (var step in new[] { "encrypt", "infer", "decrypt" })
            {
                foreach (var job in new[] { "one", "testSet" })
                {
                    Assert.True(Number(where, step, job) > 0, $"{where}.{step}.{job}");
                    Assert.Equal(Number(where, step, job), Number(where, job, step));
                    Assert.True(Number(where, job, "first", step) > 0);
                    Assert.True(Number(where, job, "predicted", step) > 0);
                }
            }
        }
        Assert.True(run.Json.GetProperty("simulated").GetBoolean());
        Assert.InRange(Number("maxAbsDifference"), double.Epsilon, 1e-5);
        Assert.InRange(Number("maxAbsDifferenceLocal"), double.Epsilon, 1e-5);
        Assert.Equal(Number("clear", "mse"), Number("cipher", "mse"), 5e-5 * Number("clear", "mse"));
        Assert.All(["keys", "upload", "uploadPerWindow", "result", "ciphertext"], kind => Assert.True(Number("bytes", kind) > 0));
        Assert.True(Number("bytes", "one", "upload") > 0 && Number("bytes", "nodeMemory", "most") > 0);
        Assert.Equal(9_600_592, Number("paper", "bytes"));

        string[] expected =
        [
            "Table 2:", "Table 3:", "Table 4:", "0.02233", "0.966", "16,720", "9,600,592", "doi:10.3390/make3040041", "SIMULATED", "steady states", "first run", "Node's memory",
        ];
        Assert.All(expected, text => Assert.Contains(text, run.Error, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--runs", "1")]
    [InlineData("--epochs", "0")]
    [InlineData("--form", "triangle")]
    public async Task Paper_WrongUsage_Returns2(string option, string value)
    {
        var run = await CommandLine.RunAsync("paper", option, value);
        Assert.Equal(2, run.Code);
        Assert.Contains(option == "--form" ? "no form" : option, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_SeveralRuns_KeepsTheFirstApartAndTakesEachStepsMedian()
    {
        var times = PaperTimes.Of([new(9, 9, 9), new(1, 5, 2), new(2, 4, 8), new(3, 6, 4)]);
        Assert.Equal(new PaperSeconds(9, 9, 9), times.First);
        Assert.Equal((new PaperSeconds(2, 5, 4), 3), (times.Steady, times.Runs));
        Assert.Equal(new PaperSeconds(1.5, 4.5, 5), PaperTimes.Of([new(9, 9, 9), new(1, 5, 2), new(2, 4, 8)]).Steady);
    }
}
