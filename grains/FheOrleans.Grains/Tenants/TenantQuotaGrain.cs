using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Telemetry;
using FheOrleans.Grains.Workers;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Tenants;

/// <summary>Knows a tenant's quotas, and lets in what fits them.</summary>
/// <remarks>
/// What is used is measured, not counted: a count kept beside what it counts would be wrong after a crash between the two. Between two
/// measurements it adds what it let in, at its largest; so it may believe that more is used than is, and therefore measures again before it
/// refuses. Not before each refusal: one who asks on and on, and has let in nothing and deleted nothing since, is refused by the
/// measurement that refused him before, for seconds. What it does not hear of, results, it sees with the next measurement.
/// </remarks>
internal sealed class TenantQuotaGrain(
    [PersistentState("quotas")] IPersistentState<QuotaState> state,
    IUsageMeter meter,
    TimeProvider time,
    IOptions<FheGrainsOptions> options,
    GrainTelemetry telemetry,
    ClusterCapacity capacity,
    ILogger<TenantQuotaGrain> log) : Grain, ITenantQuotaGrain
{
    // A write that is not settled by now never will be: whoever asked for it has gone.
    private static readonly TimeSpan LongestWrite = TimeSpan.FromMinutes(10);

    // How much later than it is stored a result is seen at the latest by whoever wants to store more.
    private static readonly TimeSpan LongestBelief = TimeSpan.FromMinutes(1);

    // How long a measurement is good to refuse by, where nothing is known that would have made room. Whoever asks again and again costs one
    // measurement in this time; what made room unseen, an old live forecast that was trimmed, is found after it.
    private static readonly TimeSpan LongestRefusal = TimeSpan.FromSeconds(5);

    private readonly Dictionary<Guid, (StoredUsage Amount, DateTimeOffset Since)> _open = [];
    private readonly RequestBucket _requests = new(time);
    private StoredUsage? _measured;
    private StoredUsage _settledSince = new();
    private DateTimeOffset _measuredAt;

    private string Tenant => this.GetPrimaryKeyString();

    private TenantQuotas InForce => (state.State.Set ?? new()).Or(options.Value.DefaultQuotas);

    /// <inheritdoc/>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        if (capacity.IsOneOfSeveral) telemetry.ForgetStored(Tenant);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task<QuotasDescription> SetAsync(TenantQuotas quotas)
    {
        var faults = QuotaChecks.Faults(quotas).ToList();
        if (faults.Count > 0)
        {
            throw new InvalidPayloadException(
                "quotas", string.Join(", ", faults), "0 and more, for running inferences and requests 1 and more");
        }
        state.State.Set = quotas;
        await this.SaveAsync(state);
        log.QuotasSet(Tenant);
        return Describe();
    }

    /// <inheritdoc/>
    public Task<QuotasDescription> ReadAsync() => Task.FromResult(Describe());

    /// <inheritdoc/>
    public Task<RequestAllowance> LetRequestsInAsync(int wanted) =>
        Task.FromResult(_requests.Take(wanted, InForce.RequestsPerMinute!.Value));

    /// <inheritdoc/>
    public async Task<StoredUsage> MeasureAsync()
    {
        (_measured, _measuredAt) = (await meter.MeasureAsync(Tenant), time.GetUtcNow());
        _settledSince = new();
        telemetry.SetStored(Tenant, _measured.Bytes);
        return _measured;
    }

    /// <inheritdoc/>
    public async Task<Guid> ReserveAsync(StoredUsage amount)
    {
        var now = time.GetUtcNow();
        foreach (var (id, lost) in _open.Where(item => now - item.Value.Since > LongestWrite).ToArray()) _open.Remove(id);
        var age = (now - _measuredAt).Duration(); // Either way: the time of day may have been set back.
        if (_measured is null || age > LongestBelief) await MeasureAsync();
        else if (Exceeded(amount) is not null && (age > LongestRefusal || _settledSince != new StoredUsage())) await MeasureAsync();
        if (Exceeded(amount) is { } exceeded)
        {
            log.OverQuota(Tenant, exceeded.Quota, exceeded.Found, exceeded.Limit);
            throw exceeded;
        }
        var reservation = Guid.NewGuid();
        _open[reservation] = (amount, now);
        return reservation;
    }

    /// <inheritdoc/>
    public Task SettleAsync(Guid reservation)
    {
        if (_open.Remove(reservation, out var settled)) _settledSince = _settledSince.Plus(settled.Amount);
        if (_measured is not null) telemetry.SetStored(Tenant, _measured.Plus(_settledSince).Bytes);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task NoteDeletionAsync()
    {
        _measured = null;
        return Task.CompletedTask;
    }

    private QuotaExceededException? Exceeded(StoredUsage amount)
    {
        var after = _open.Values.Aggregate(_measured!.Plus(_settledSince).Plus(amount), (sum, item) => sum.Plus(item.Amount));
        var quotas = InForce;
        if (after.Bytes > quotas.StoredBytes) return new(QuotaNames.StoredBytes, after.Bytes, quotas.StoredBytes.Value, null);
        if (amount.KeySets > 0 && after.KeySets > quotas.KeySets) return new(QuotaNames.KeySets, after.KeySets, quotas.KeySets.Value, null);
        if (amount.Datasets > 0 && after.Datasets > quotas.Datasets)
            return new(QuotaNames.Datasets, after.Datasets, quotas.Datasets.Value, null);
        return null;
    }

    private QuotasDescription Describe() => new() { Set = state.State.Set ?? new(), InForce = InForce };
}

/// <summary>What the grain remembers.</summary>
[GenerateSerializer, Alias("fhe.state.quotas")]
internal sealed class QuotaState
{
    [Id(0)]
    public TenantQuotas? Set { get; set; }
}

/// <summary>What quotas may be.</summary>
internal static class QuotaChecks
{
    /// <summary>What is wrong with quotas, one phrase each.</summary>
    internal static IEnumerable<string> Faults(TenantQuotas quotas)
    {
        if (quotas.StoredBytes < 0) yield return $"{nameof(quotas.StoredBytes)} {quotas.StoredBytes}";
        if (quotas.KeySets < 0) yield return $"{nameof(quotas.KeySets)} {quotas.KeySets}";
        if (quotas.Datasets < 0) yield return $"{nameof(quotas.Datasets)} {quotas.Datasets}";
        if (quotas.QueuedInferences < 0) yield return $"{nameof(quotas.QueuedInferences)} {quotas.QueuedInferences}";
        // With none running, what waits would wait for ever; with no request, nobody could ask why.
        if (quotas.RunningInferences < 1) yield return $"{nameof(quotas.RunningInferences)} {quotas.RunningInferences}";
        if (quotas.RequestsPerMinute < 1) yield return $"{nameof(quotas.RequestsPerMinute)} {quotas.RequestsPerMinute}";
    }
}
