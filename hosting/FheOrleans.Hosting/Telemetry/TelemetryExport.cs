using System.Reflection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace FheOrleans.Hosting;

/// <summary>
/// Sends the process's own metrics and traces, and those of the runtime, the web server and Orleans, to a collector: OTLP over HTTP.
/// Without
/// <c>--otlp</c> there is none of this, and the instruments cost nothing.
/// </summary>
/// <remarks>The web framework's own traces stay here: they would carry paths, and with them the ids that data owners chose.</remarks>
public sealed class TelemetryExport : IHostedService, IDisposable
{
    private const string OwnInstruments = "FheOrleans.*";
    // Orleans' is there in the build with Orleans only, of silos and of gateways.
    private static readonly string[] OtherMeters =
        ["System.Runtime", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.Orleans"];

    private readonly MeterProvider _meters;
    private readonly TracerProvider _tracers;

    /// <summary>Begins to collect. The instruments of the process's parts are there from then on.</summary>
    /// <param name="service">What the collector calls the process, such as <c>fheorleans-node</c>.</param>
    /// <param name="collector">The collector, <c>https://host:port</c>, or <c>http://</c> on this machine.</param>
    /// <param name="period">How often metrics are sent.</param>
    public TelemetryExport(string service, Uri collector, TimeSpan period)
    {
        var version = typeof(TelemetryExport).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];
        var process = ResourceBuilder.CreateDefault().AddService(service, serviceVersion: version);
        _meters = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(process).AddMeter([OwnInstruments, .. OtherMeters])
            .AddOtlpExporter((exporter, reader) =>
            {
                Send(exporter, collector, "v1/metrics");
                reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)period.TotalMilliseconds;
            })
            .Build();
        _tracers = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(process).AddSource(OwnInstruments)
            .AddOtlpExporter(exporter => Send(exporter, collector, "v1/traces"))
            .Build();
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what has not been sent. A collector that does not answer does not hold the process.</summary>
    /// <param name="cancellationToken">Not looked at: sending has its own patience.</param>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        var patience = (int)TimeSpan.FromSeconds(3).TotalMilliseconds;
        await Task.Run(() => _meters.ForceFlush(patience) & _tracers.ForceFlush(patience), CancellationToken.None);
    }

    /// <inheritdoc/>
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
