using System.Diagnostics.Metrics;
using System.Text;
using System.Text.RegularExpressions;
using FheOrleans.Client.Nodes;
using FheOrleans.Grains.Telemetry;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Node.Tests.Contract;

/// <summary>What a node sends to a collector: all of it, and nothing that it should keep to itself.</summary>
public sealed partial class TelemetryTests
{
    private const string Tenant = "vale-telemetry";
    private const string Owner = "quagmire-farm";

    [Fact]
    public async Task Export_AfterAForecast_HasTheNodesMetricsAndSpansByTenant()
    {
        await using var collector = await OtlpReceiver.StartAsync();
        await using (var node = await TestNode.StartAsync(options => options with { Otlp = collector.Url, OtlpPeriod = TimeSpan.FromHours(1) }))
        {
            await using var owner = new NodeClient(node.Address, (await node.JoinAsync(Tenant, Owner)).Token);
            using var farm = await TestFarm.PaperAsync(owner);
            await farm.UploadKeysAsync(owner);
            await farm.UploadDataAsync(owner);
            await owner.StartInferenceAsync("hay-time", farm.Request);
            await owner.ListenToEndAsync(0, "hay-time");
            await Assert.ThrowsAsync<NodeRefusedException>(() => owner.GetDatasetAsync("no-such-thing"));
        }

        Assert.All(collector.Received, item => Assert.Equal("application/x-protobuf", item.ContentType));
        var metrics = collector.Metrics().ToLookup(metric => metric.Name);
        Assert.Equal(1, Value("fheorleans.inferences.accepted"));
        Assert.Equal(1, Value("fheorleans.inferences.ended", ("fheorleans.state", "completed")));
        Assert.Equal(1, Value("fheorleans.evaluation.duration"));
        Assert.True(Value("fheorleans.key_cache.bytes") > 1 << 20);
        Assert.True(Value("fheorleans.stored.bytes") > 1 << 20);
        Assert.True(Value("fheorleans.requests", ("http.response.status_code", "200")) > 5);
        Assert.Equal(1, Value("fheorleans.requests", ("http.response.status_code", "404")));
        Assert.Contains(metrics["fheorleans.database.bytes"], metric => metric.Points.Any(point => point.Value > 1 << 20));
        Assert.Equal("s", metrics["fheorleans.evaluation.duration"].First().Unit);
        Assert.NotEmpty(metrics["http.server.request.duration"]);

        var spans = collector.Spans().Where(span => span.Attributes.GetValueOrDefault(TenantTags.Key) == Tenant).Select(span => span.Name).ToList();
        foreach (var expected in new[] { "part", "keys", "circuit", "chunks", "evaluate", "PUT /v1/inferences/{id}", "GET /v1/datasets/{id}" })
            Assert.Contains(expected, spans);

        // Names of owners and what they called their things are nobody's business; tenants are the operator's own.
        var everything = Encoding.UTF8.GetString([.. collector.Received.SelectMany(item => item.Body)]);
        foreach (var secret in new[] { Owner, "hay-time", "no-such-thing" }) Assert.DoesNotContain(secret, everything, StringComparison.Ordinal);

        double Value(string name, params (string Key, string Value)[] tags) => metrics[name].SelectMany(metric => metric.Points)
            .Where(point => point.Attributes[TenantTags.Key] == Tenant && tags.All(tag => point.Attributes[tag.Key] == tag.Value)).Last().Value;
    }

    [Fact]
    public async Task Book_Always_HasTheInstrumentsOfTheNodeAndNoOthers()
    {
        var instruments = new HashSet<string>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => Note(instrument) };
        listener.Start();
        await using var collector = await OtlpReceiver.StartAsync();
        await using var node = await TestNode.StartAsync(options => options with { Otlp = collector.Url });
        var book = await File.ReadAllTextAsync(Repository.PathOf("docs", "operations.md"));

        var described = TableRow().Matches(book).Select(match => $"{match.Groups[1].Value} in {match.Groups[2].Value}");

        lock (instruments) Assert.Equal(instruments.Order(), described.Order());

        void Note(Instrument instrument)
        {
            lock (instruments) if (instrument.Name.StartsWith("fheorleans.", StringComparison.Ordinal)) instruments.Add($"{instrument.Name} in {instrument.Unit}");
        }
    }

    [Fact]
    public void TenantTags_MoreTenantsThanSeries_ShareOne()
    {
        var tags = new TenantTags();
        var values = Enumerable.Range(0, 2 * TenantTags.MaximumTenants).Select(number => tags.Of($"coop-{number}").Value).ToList();

        Assert.Equal(TenantTags.MaximumTenants + 1, values.Distinct().Count());
        Assert.Equal(TenantTags.Others, values[^1]);
        Assert.Equal("coop-0", tags.Of("coop-0").Value);
        Assert.Equal(TenantTags.None, tags.Of("").Value);
    }

    [GeneratedRegex(@"^\| `(fheorleans\.[a-z_.]+)` \| ([^ |]*) ?\|[^|\n]*\| (?:all|node, silo|node, gateway) \|[^|\n]*\|$", RegexOptions.Multiline)]
    private static partial Regex TableRow();
}
