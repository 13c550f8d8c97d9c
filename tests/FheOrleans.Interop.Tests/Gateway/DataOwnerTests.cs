using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using FheOrleans.Client.Nodes;
using FheOrleans.Interop.Tests.Support;
using FheOrleans.Networks;
using FheOrleans.Node.Tests.Support;
using Xunit.Abstractions;

namespace FheOrleans.Interop.Tests.Gateway;

/// <summary>
/// A data owner without a line of this project's C#: clients/seal-client in Node.js joins, makes keys, encrypts, uploads, hears of the
/// forecast and decrypts it with Microsoft SEAL. The node is a real process behind HTTPS, and the client knows it by its certificate only.
/// </summary>
public class DataOwnerTests(ITestOutputHelper output)
{
    private const double Tolerance = 1e-4;

    [SealFact]
    public async Task Forecast_BySealClient_EqualsTheClearOne()
    {
        using var place = new TemporaryFolder();
        await using var node = await NodeProcess.StartAsync(place["node"]);
        await using var lab = await node.JoinAsync("vale", "lab");
        var paper = PaperNetwork.Create(timePoints: 20, features: 7, seed: 7);
        var linear = LinearModel.Create([0.5, -0.25, 0.125], 0.1);
        await lab.PublishModelAsync("paper", paper.ToJson(), ModelVisibility.Tenant);
        await lab.PublishModelAsync("linear", linear.ToJson(), ModelVisibility.Tenant);
        var token = await JoinAsync(node);

        await CheckAsync(paper, "lab/paper", "series", "zstd");
        await CheckAsync(paper, "lab/paper", "series", "none", "--poll");
        await CheckAsync(linear, "lab/linear", "herd", "zlib");
        await ReadmeRunsAsync(linear, node.ReadyLine, token);

        async Task CheckAsync(Network network, string model, string layout, string compression, params string[] more)
        {
            var windows = WindowsOf(network, 100);
            var file = place[$"{layout}-{compression}.json"];
            await File.WriteAllTextAsync(file, JsonSerializer.Serialize(
                new { timePoints = network.TimePoints, features = network.Features, points = windows.Points, starts = windows.WindowStarts }));
            var (exitCode, text, report) = await RunAsync(
                token, ["forecast", "--node", node.ReadyLine, "--model", model, "--layout", layout, "--compression", compression, .. more, file]);
            Assert.True(exitCode == 0, report);
            using var answer = JsonDocument.Parse(text);
            double[] predictions = [.. answer.RootElement.GetProperty("predictions").EnumerateArray().Select(value => value.GetDouble())];
            var difference = Slots.LargestDifference(network.PredictBatch(windows), predictions);
            output.WriteLine($"{model}, {layout}, {compression}: largest error {difference:0.0e+0}\n{report}");
            Assert.InRange(difference, 0, Tolerance);
        }
    }

    [SealFact]
    public async Task Join_OtherCertificateThanPinned_IsRefusedByTheClientBeforeTheCodeIsSent()
    {
        using var place = new TemporaryFolder();
        await using var node = await NodeProcess.StartAsync(place["node"]);

        var (exitCode, text, report) = await RunAsync("vale.hill.secret", "join", "--node", $"{node.Address.Url} sha256:{new string('a', 64)}");

        Assert.Equal((1, ""), (exitCode, text));
        Assert.Contains("not the pinned one", report, StringComparison.Ordinal);
    }

    [SealFact]
    public async Task Join_WrongCode_SaysWhatTheNodeSaid()
    {
        using var place = new TemporaryFolder();
        await using var node = await NodeProcess.StartAsync(place["node"]);

        var (exitCode, text, report) = await RunAsync("vale.hill.wrong", "join", "--node", node.ReadyLine);

        Assert.Equal((1, ""), (exitCode, text));
        Assert.StartsWith("Forbidden", report, StringComparison.Ordinal);
    }

    /// <summary>The program in the client's README, as it is printed there.</summary>
    private static async Task ReadmeRunsAsync(Network linear, string node, string token)
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(SealClient.Folder, "README.md"));
        var program = Assert.Single(Regex.Matches(readme, "```js\n(.*?)```", RegexOptions.Singleline)).Groups[1].Value;
        using var process = SealClient.Start(["--input-type=module", "--eval", program], ("FHE_NODE", node), ("FHE_TOKEN", token));
        var (exitCode, text, report) = await EndAsync(process, "");
        Assert.True(exitCode == 0, report);
        var predictions = JsonSerializer.Deserialize<double[]>(text)!;
        var windows = new WindowSet([0.5, 0.25, 0.75, 0.1, 0.2, 0.3], features: 3, timePoints: 1, [0, 1]);
        Assert.InRange(Slots.LargestDifference(linear.PredictBatch(windows), predictions), 0, Tolerance);
    }

    private static async Task<string> JoinAsync(NodeProcess node)
    {
        await using var byOperator = new NodeClient(node.Address, node.OperatorToken);
        var code = await byOperator.InviteAsync("vale", "hill");
        var (exitCode, text, report) = await RunAsync(code, "join", "--node", node.ReadyLine);
        Assert.True(exitCode == 0, report);
        Assert.StartsWith("fo.vale.hill.", text, StringComparison.Ordinal);
        return text.Trim();
    }

    private static async Task<(int ExitCode, string Text, string Report)> RunAsync(string secret, params string[] arguments)
    {
        using var process = SealClient.Start(["seal-client.mjs", .. arguments]);
        return await EndAsync(process, secret);
    }

    private static async Task<(int ExitCode, string Text, string Report)> EndAsync(Process process, string input)
    {
        var (text, report) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(NodeProcess.Patience);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            throw new TimeoutException($"The client's end did not come within {NodeProcess.Patience}. It reported:\n{await report}");
        }
        return (process.ExitCode, await text, await report);
    }

    private static WindowSet WindowsOf(Network network, int rows)
    {
        var points = Slots.Random(8, rows * network.Features).Select(Math.Abs).ToArray();
        return new WindowSet(points, network.Features, network.TimePoints, [.. Enumerable.Range(0, rows - network.TimePoints + 1)]);
    }
}
