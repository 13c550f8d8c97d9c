using System.Diagnostics.Metrics;
using FheOrleans.Hosting;
using FheOrleans.Silo.Storage;

namespace FheOrleans.Silo.Hosting;

/// <summary>What the node tells about itself beside what its grains and its gateway tell: how large its file is.</summary>
internal sealed class NodeTelemetry : IDisposable
{
    private readonly Meter _meter = new("FheOrleans.Silo");

    public NodeTelemetry(DataFolder folder)
    {
        var database = folder.PathOf(SqliteStorageExtensions.FileName);
        _meter.CreateObservableGauge("fheorleans.database.bytes", () => LengthOf(database) + LengthOf(database + "-wal"), "By", "The database file with its write-ahead log.");
    }

    public void Dispose() => _meter.Dispose();

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
