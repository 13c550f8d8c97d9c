using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using FheOrleans.Cluster.Tests.Support;
using FheOrleans.Node.Tests.Support;
using FheOrleans.Tests;

namespace FheOrleans.Cluster.Tests.Processes;

/// <summary>What silos and gateways send to a collector: our instruments by the names that a node has, Orleans' own, and nobody's
/// names.</summary>
[Collection(ProcessCollection.Name)]
public partial class TelemetryTests
{
    private static readonly string[] OfASilo =
    [
        "fheorleans.database.bytes", "fheorleans.evaluation.duration", "fheorleans.grains.active", "fheorleans.inferences.accepted",
        "fheorleans.inferences.ended", "fheorleans.key_cache.bytes", "fheorleans.ready", "fheorleans.stored.bytes",
    ];

    private static readonly string[] OfAGateway = ["fheorleans.bodies.bytes", "fheorleans.ready", "fheorleans.requests"];

    [PostgreSqlFact]
    public async Task Export_AfterAForecast_HasTheBooksInstrumentsAtTheProcessesItSaysAndOrleansOwn()
    {
        await using OtlpReceiver ofSilo = await OtlpReceiver.StartAsync(), ofGateway = await OtlpReceiver.StartAsync();
        await using var cluster = await TestCluster.StartAsync(silos: 0, gateways: 0);
        await cluster.AddSiloAsync(more: ["--otlp", $"{ofSilo.Url}", "--otlp-period", "1"]);
        await cluster.AddGatewayAsync(null, "--otlp", $"{ofGateway.Url}", "--otlp-period", "1");
        await using var owner = cluster.Client(await cluster.JoinAsync("vale-telemetry", "quagmire-farm"));
        using var farm = await TestFarm.PaperAsync(owner);
        await farm.UploadKeysAsync(owner);
        await farm.UploadDataAsync(owner);
        await owner.StartInferenceAsync("hay-time", farm.Request);
        await owner.ListenToEndsAsync(["hay-time"]);

        // What is collected of a period is sent with the next: until all is there that must be.
        await UntilAsync(ofSilo, [.. OfASilo, "orleans-grains", "orleans-app-requests-"]);
        await UntilAsync(ofGateway, [.. OfAGateway, "orleans-messaging-"]);

        var book = Row().Matches(await File.ReadAllTextAsync(Repository.PathOf("docs", "operations.md")))
            .ToDictionary(row => row.Groups[1].Value, row => row.Groups[2].Value);
        foreach (var (collector, process) in new[] { (ofSilo, "silo"), (ofGateway, "gateway") })
        {
            var strays = Names(collector).Where(name => IsOf(name, "fheorleans.") && book[name] != "all" && !book[name].Split(", ").Contains(process));
            Assert.Empty(strays.Select(name => $"{process}s send {name}, which the book has at '{book[name]}'"));
        }
        // The same kinds as a node tells.
        var kinds = ofSilo.Metrics().Where(metric => metric.Name == "fheorleans.grains.active").SelectMany(metric => metric.Points);
        Assert.Contains(kinds, point => point.Attributes["fheorleans.grain"] == "member" && point.Value >= 1);
        Assert.All(kinds, point => Assert.True(point.Value >= 0));
        var everything = Encoding.UTF8.GetString([.. ofSilo.Received.Concat(ofGateway.Received).SelectMany(item => item.Body)]);
        foreach (var secret in new[] { "quagmire-farm", "hay-time" }) Assert.DoesNotContain(secret, everything, StringComparison.Ordinal);
    }

    private static async Task UntilAsync(OtlpReceiver collector, string[] expected)
    {
        var begun = Stopwatch.GetTimestamp();
        while (expected.Where(start => !Names(collector).Any(name => IsOf(name, start))).ToArray() is { Length: > 0 } missing)
        {
            var sent = string.Join(", ", Names(collector).Order(StringComparer.Ordinal));
            if (Stopwatch.GetElapsedTime(begun) > ProgramProcess.Patience)
                throw new TimeoutException($"Not sent: {string.Join(", ", missing)}. Sent: {sent}.");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    private static bool IsOf(string name, string start) => name.StartsWith(start, StringComparison.Ordinal);

    private static HashSet<string> Names(OtlpReceiver collector) => [.. collector.Metrics().Where(metric => metric.Points.Count > 0).Select(metric => metric.Name)];

    [GeneratedRegex(@"^\| `(fheorleans\.[a-z_.]+)` \|[^|\n]*\|[^|\n]*\| ([^|\n]*) \|[^|\n]*\|$", RegexOptions.Multiline)]
    private static partial Regex Row();
}
