using System.Diagnostics.Metrics;
using FheOrleans.Silo.Storage;

namespace FheOrleans.Silo.Hosting;

/// <summary>What a node, or a silo, tells about itself beside what its grains and its gateway tell: how large its database is.</summary>
internal sealed class NodeTelemetry : IDisposable
{
    private readonly Meter _meter = new("FheOrleans.Silo");

    public NodeTelemetry(INodeDatabase database) => _meter.CreateObservableGauge(
        "fheorleans.database.bytes",
        () => database.Bytes is { } bytes ? [new Measurement<long>(bytes)] : Array.Empty<Measurement<long>>(),
        "By",
        "The database: a SQLite file with its write-ahead log, or a PostgreSQL database without the server's.");

    public void Dispose() => _meter.Dispose();
}
