using System.Diagnostics;
using System.Diagnostics.Metrics;
using FheOrleans.Gateway.Bodies;
using FheOrleans.Gateway.Predictions;
using FheOrleans.Grains.Telemetry;

namespace FheOrleans.Gateway.Telemetry;

/// <summary>
/// What the gateway tells about itself: requests by tenant and status, and spans that know a request's route and never its path: an id
/// in a path is an owner's own word. docs/operations.md has the table.
/// </summary>
internal sealed class GatewayTelemetry : IDisposable
{
    private const string Name = "FheOrleans.Gateway";
    private const string SwitchingProtocols = "101";

    private readonly Meter _meter = new(Name);
    private readonly ActivitySource _activities = new(Name);
    private readonly TenantTags _tenants;
    private readonly Counter<long> _requests;

    public GatewayTelemetry(TenantTags tenants, MemoryBudget budget, PredictionListeners listeners)
    {
        _tenants = tenants;
        _requests = _meter.CreateCounter<long>("fheorleans.requests", "{request}", "Requests, by the status of their answer.");
        _meter.CreateObservableUpDownCounter("fheorleans.bodies.bytes", () => budget.Used, "By", "Memory lent to request bodies.");
        _meter.CreateObservableUpDownCounter(
            "fheorleans.listeners", () => listeners.CountByTenant().GroupBy(item => tenants.Of(item.Key)).Select(group =>
                new Measurement<int>(group.Sum(item => item.Value), group.Key)), "{connection}", "Connections that listen for predictions.");
    }

    /// <summary>Begins the span of a request; null when nobody collects them.</summary>
    public Activity? Begin()
    {
        if (!_activities.HasListeners()) return null;
        // What a stranger's header says about traces is not taken over, and the framework's own activity is not exported: a root.
        Activity.Current = null;
        return _activities.StartActivity("request", ActivityKind.Server);
    }

    /// <summary>Counts a request that was answered, and says on its span what it was.</summary>
    public void Answered(Activity? activity, string method, string route, string tenant, string status)
    {
        var tag = _tenants.Of(tenant);
        _requests.Add(1, tag, new("http.response.status_code", status));
        if (activity is null) return;
        activity.DisplayName = $"{method} {route}";
        activity.SetTag("http.request.method", method).SetTag("http.route", route).SetTag("http.response.status_code", status).SetTag(tag.Key, tag.Value);
        if (status.StartsWith('5')) activity.SetStatus(ActivityStatusCode.Error);
        // A WebSocket lasts for as long as its client listens: a listener, not a request that took hours.
        if (status == SwitchingProtocols) activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
    }

    public void Dispose()
    {
        _meter.Dispose();
        _activities.Dispose();
    }
}
