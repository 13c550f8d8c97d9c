using System.Reflection;
using FheOrleans.Silo.Options;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FheOrleans.Silo.Hosting;

/// <summary>
/// Sends the node's own metrics and traces, and the runtime's and the web server's metrics, to a collector: OTLP over HTTP. Without
/// <c>--otlp</c> there is none of this, and the instruments cost nothing.
/// </summary>
/// <remarks>The web framework's own traces stay here: they would carry paths, and with them the ids that data owners chose.</remarks>
internal sealed class TelemetryExport : IHostedService, IDisposable
{
    private const string OwnInstruments = "FheOrleans.*";
    private static readonly string[] OtherMeters = ["System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel"];

    private readonly MeterProvider _meters;
    private readonly TracerProvider _tracers;

    private TelemetryExport(Uri collector, TimeSpan period)
    {
        var version = typeof(TelemetryExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
        var node = ResourceBuilder.CreateDefault().AddService("fheorleans-node", serviceVersion: version);
        _meters = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(node).AddMeter([OwnInstruments, .. OtherMeters])
            .AddOtlpExporter((exporter, reader) =>
            {
                Send(exporter, collector, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)period.TotalMilliseconds;
            })
            .Build();
        _tracers = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(node).AddSource(OwnInstruments)
            .AddOtlpExporter(exporter => Send(exporter, collector, "v1/traces"))
            .Build();
    }

    /// <summary>Begins to collect. The instruments of the node's parts are there from then on.</summary>
    /// <exception cref="InvalidOperationException">No collector was named.</exception>
    public static TelemetryExport Create(NodeOptions options, IServiceProvider provider)
    {
        var export = new TelemetryExport(options.Otlp ?? throw new InvalidOperationException("There is no collector to send to."), options.OtlpPeriod);
        // Its instruments are there once somebody has asked for it, and nobody else does.
        _ = provider.GetRequiredService<NodeTelemetry>();
        return export;
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what has not been sent. A collector that does not answer does not hold the node.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var patience = (int)TimeSpan.FromSeconds(3).TotalMilliseconds;
        await Task.Run(() => _meters.ForceFlush(patience) & _tracers.ForceFlush(patience), CancellationToken.None);
    }

    public void Dispose()
    {
        _meters.Dispose();
        _tracers.Dispose();
    }

    private static void Send(OtlpExporterOptions exporter, Uri collector, string path)
    {
        (exporter.Protocol, exporter.Endpoint) = (OtlpExportProtocol.HttpProtobuf, new Uri(collector, path));
        exporter.TimeoutMilliseconds = 5_000;
    }
}
