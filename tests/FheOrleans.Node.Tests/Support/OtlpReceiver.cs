using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FheOrleans.Node.Tests.Support;

/// <summary>A collector on loopback that takes OTLP over HTTP, as a collector does, and keeps what it was sent.</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _application;

    private OtlpReceiver(WebApplication application) => _application = application;

    public Uri Url { get; private set; } = null!;

    /// <summary>Bodies, by path.</summary>
    public ConcurrentQueue<(string Path, string? ContentType, byte[] Body)> Received { get; } = [];

    public static async Task<OtlpReceiver> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var receiver = new OtlpReceiver(builder.Build());
        receiver._application.Run(receiver.TakeAsync);
        await receiver._application.StartAsync();
        var addresses = receiver._application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        receiver.Url = new Uri(addresses.Single());
        return receiver;
    }

    public IEnumerable<OtlpMetric> Metrics() =>
        from message in Messages("/v1/metrics")
        from resource in message.All(1)
        from scope in resource.All(2)
        from metric in scope.All(2)
        select OtlpMetric.Read(metric);

    public IEnumerable<OtlpSpan> Spans() =>
        from message in Messages("/v1/traces")
        from resource in message.All(1)
        from scope in resource.All(2)
        from span in scope.All(2)
        select new OtlpSpan(span.Text(5), OtlpMetric.Attributes(span.All(9)));

    public ValueTask DisposeAsync() => _application.DisposeAsync();

    private IEnumerable<ProtobufMessage> Messages(string path) => Received.Where(item => item.Path == path).Select(item => new ProtobufMessage(item.Body));

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        Received.Enqueue((context.Request.Path, context.Request.ContentType, body.ToArray()));
        // An empty ExportServiceResponse.
        context.Response.ContentType = "application/x-protobuf";
    }
}

/// <summary>A span of <c>opentelemetry.proto.trace.v1</c>, as far as the tests need it.</summary>
internal sealed record OtlpSpan(string Name, IReadOnlyDictionary<string, string> Attributes);

/// <summary>A metric of <c>opentelemetry.proto.metrics.v1</c>: its points by their attributes; of a histogram, the count.</summary>
internal sealed record OtlpMetric(string Name, string Unit, IReadOnlyList<(IReadOnlyDictionary<string, string> Attributes, double Value)> Points)
{
    private const int Gauge = 5, Sum = 7, Histogram = 9;

    public static OtlpMetric Read(ProtobufMessage metric)
    {
        var numbers = metric.All(Gauge).Concat(metric.All(Sum)).SelectMany(data => data.All(1)).Select(point =>
            (Attributes(point.All(7)), point.Has(6) ? point.Fixed64(6) : BitConverter.Int64BitsToDouble(point.Fixed64(4))));
        var histograms = metric.All(Histogram).SelectMany(data => data.All(1)).Select(point => (Attributes(point.All(9)), (double)point.Fixed64(4)));
        return new(metric.Text(1), metric.Text(3), [.. numbers, .. histograms]);
    }

    public static IReadOnlyDictionary<string, string> Attributes(IEnumerable<ProtobufMessage> pairs) =>
        pairs.ToDictionary(pair => pair.Text(1), pair => pair.All(2).Single().Text(1));
}
