using System.Diagnostics.Metrics;

namespace FheOrleans.Gateway.Health;

/// <summary>Tells whether the process is ready, of every process that has health: a node, a gateway, a silo.</summary>
internal sealed class HealthTelemetry : IDisposable
{
    private readonly Meter _meter = new("FheOrleans.Health");

    public HealthTelemetry(NodeReadiness readiness) => _meter.CreateObservableGauge(
        "fheorleans.ready", () => readiness.IsKnownReady ? 1 : 0, description: "1 while the process is ready, 0 while it is not.");

    public void Dispose() => _meter.Dispose();
}
