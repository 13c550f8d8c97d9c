using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using FheOrleans.Grains.KeySets;
using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Workers;

namespace FheOrleans.Grains.Telemetry;

/// <summary>
/// What the grains of this silo tell about themselves: counts, times and sizes by tenant, and never a data owner, an id that one chose, or
/// anything of what is in a payload. docs/operations.md has the table.
/// </summary>
internal sealed class GrainTelemetry : IDisposable
{
    private const string Name = "FheOrleans.Grains";

    // From the smallest linear model to the paper's network on a slow machine.
    private static readonly InstrumentAdvice<double> EvaluationBuckets = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] };

    private readonly Meter _meter = new(Name);
    private readonly ActivitySource _activities = new(Name);
    private readonly TenantTags _tenants;
    private readonly Counter<long> _accepted;
    private readonly Counter<long> _ended;
    private readonly Histogram<double> _evaluations;
    private readonly ConcurrentDictionary<string, long> _stored = new();
    private volatile ImmutableDictionary<string, int> _unfinished = ImmutableDictionary<string, int>.Empty;
    private volatile ImmutableDictionary<string, int> _behind = ImmutableDictionary<string, int>.Empty;
    private volatile IReadOnlyDictionary<string, long> _depth = ImmutableDictionary<string, long>.Empty;

    public GrainTelemetry(TenantTags tenants, FairPlaces places, KeyCache keys)
    {
        _tenants = tenants;
        _accepted = _meter.CreateCounter<long>("fheorleans.inferences.accepted", "{inference}", "Inferences that were accepted.");
        _ended = _meter.CreateCounter<long>("fheorleans.inferences.ended", "{inference}", "Inferences that ended, by the state they ended in.");
        _evaluations = _meter.CreateHistogram(
            "fheorleans.evaluation.duration", "s", "How long a circuit ran on an evaluation thread.", advice: EvaluationBuckets);
        _meter.CreateObservableUpDownCounter(
            "fheorleans.inferences.unfinished", () => ByTenant(_unfinished.Select(item => (item.Key, (long)item.Value))), "{inference}", "Inferences that have not ended.");
        _meter.CreateObservableUpDownCounter(
            "fheorleans.subscriptions.behind", () => ByTenant(_behind.Select(item => (item.Key, (long)item.Value))), "{subscription}",
            "Subscriptions with points that they have not taken in.");
        _meter.CreateObservableUpDownCounter(
            "fheorleans.queue.depth", () => ByTenant(_depth.Select(item => (item.Key, item.Value))), "{part}",
            "Parts and points of the whole cluster that have no result yet.");
        _meter.CreateObservableUpDownCounter(
            "fheorleans.parts.waiting", () => ByTenant(places.Snapshot().Select(line => (line.Tenant, (long)line.Waiting))), "{part}",
            "Parts of this silo that wait for an evaluation thread.");
        _meter.CreateObservableUpDownCounter(
            "fheorleans.parts.evaluating", () => ByTenant(places.Snapshot().Select(line => (line.Tenant, (long)line.Held))), "{part}",
            "Parts that have an evaluation thread of this silo.");
        _meter.CreateObservableUpDownCounter(
            "fheorleans.stored.bytes", () => ByTenant(_stored.Select(item => (item.Key, item.Value))), "By", "What tenants store: as last measured, with what was let in since.");
        _meter.CreateObservableUpDownCounter(
            "fheorleans.key_cache.bytes", () => ByTenant(keys.Snapshot()), "By", "Expanded evaluation keys kept ready.");
    }

    internal void Accepted(string tenant) => _accepted.Add(1, _tenants.Of(tenant));

    internal void Ended(string tenant, InferenceState state) =>
        _ended.Add(1, _tenants.Of(tenant), new("fheorleans.state", state.ToString().ToLowerInvariant()));

    internal void Evaluated(string tenant, double seconds, bool isPoint = false) =>
        _evaluations.Record(seconds, _tenants.Of(tenant), new("fheorleans.work", isPoint ? "point" : "part"));

    /// <summary>Takes note of what a tenant stores. Of no more tenants than there are tags: what is kept here is bounded as they are.</summary>
    internal void SetStored(string tenant, long bytes)
    {
        if (_stored.ContainsKey(tenant) || _stored.Count < TenantTags.MaximumTenants) _stored[tenant] = bytes;
    }

    /// <summary>What the tenant's grain leaves this silo with: another one tells it from now on, and what both tell is added up.</summary>
    internal void ForgetStored(string tenant) => _stored.TryRemove(tenant, out _);

    /// <summary>
    /// Takes note of all unfinished inferences, and all subscriptions that have points to take in, by their grain keys; and of the depth of the
    /// cluster's queue by tenant. One silo of a cluster knows, the one with the grain that remembers them.
    /// </summary>
    internal void SetUnfinished(IEnumerable<string> inferenceKeys, IEnumerable<string> subscriptionKeys, IReadOnlyDictionary<string, long> depth) =>
        (_unfinished, _behind, _depth) = (
            inferenceKeys.CountBy(key => OwnedKey.Parse(key).Tenant).ToImmutableDictionary(),
            subscriptionKeys.CountBy(key => OwnedKey.Parse(key).Tenant).ToImmutableDictionary(), depth);

    /// <summary>That grain leaves this silo.</summary>
    internal void ForgetUnfinished() => (_unfinished, _behind, _depth) =
        (ImmutableDictionary<string, int>.Empty, ImmutableDictionary<string, int>.Empty, ImmutableDictionary<string, long>.Empty);

    /// <summary>Begins a span of a tenant's; null when nobody collects them.</summary>
    internal Activity? Begin(string name, string tenant)
    {
        var activity = _activities.StartActivity(name);
        if (activity is null) return null;
        var (key, value) = _tenants.Of(tenant);
        return activity.SetTag(key, value);
    }

    public void Dispose()
    {
        _meter.Dispose();
        _activities.Dispose();
    }

    // Tenants that share a tag are added up: a collector takes one value for each set of tags.
    private IEnumerable<Measurement<long>> ByTenant(IEnumerable<(string Tenant, long Value)> values) =>
        values.GroupBy(item => _tenants.Of(item.Tenant)).Select(group => new Measurement<long>(group.Sum(item => item.Value), group.Key));
}
