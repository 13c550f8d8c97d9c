using FheOrleans.Grains;

namespace FheOrleans.Gateway;

/// <summary>The gateway's limits.</summary>
public sealed class GatewayOptions
{
    /// <summary>
    /// Bytes of request bodies held in memory at once, all requests together. Defaults to 64 MiB: sixteen chunks. At least the largest
    /// body that is held whole.
    /// </summary>
    public long BodyMemoryBytes { get; set; } = 64L << 20;

    /// <summary>
    /// The longest a request waits for its share of <see cref="BodyMemoryBytes"/> before it is answered 503. Defaults to 20 seconds.
    /// </summary>
    public TimeSpan BodyMemoryPatience { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>The largest JSON body. Defaults to 64 KiB; what is declared is small.</summary>
    public long MaximumJsonBytes { get; set; } = 64L << 10;

    /// <summary>The largest chunk of a dataset. Defaults to 4 MiB and 64 KiB: ciphertexts have headers.</summary>
    public long MaximumChunkBytes { get; set; } = Limits.ChunkBytes;

    /// <summary>The largest network. Defaults to 8 MiB.</summary>
    public long MaximumNetworkBytes { get; set; } = Limits.NetworkBytes;

    /// <summary>
    /// The most bytes of a key object in one request; it is forwarded in pieces and never held whole. Defaults to 128 MiB.
    /// </summary>
    public long MaximumKeyObjectBytes { get; set; } = 128L << 20;

    /// <summary>
    /// Events in a page of <c>GET /v1/events</c>, and read at once for a listener that is behind. Defaults to 4: a result has about 131
    /// KB.
    /// </summary>
    public int EventsPerPage { get; set; } = 4;

    /// <summary>
    /// How often a listener's subscription is renewed, and what it might have missed is looked for: the longest that an event is late
    /// whose owner's grain has moved to another silo. From 1 to 30 seconds. Defaults to 5 seconds.
    /// </summary>
    public TimeSpan ListenerRenewal { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a request's calls are repeated while a silo or storage is away, before it is answered 503; more than zero, at most 1
    /// minute. Defaults to 15 seconds: a silo that dies is noticed and replaced within.
    /// </summary>
    public TimeSpan CallPatience { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How often a gateway asks what all gateways go by: whether the operator drains them. From 1 second to 1 minute. Defaults to 2
    /// seconds.
    /// </summary>
    public TimeSpan ClusterPeriod { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// How long an answer about readiness is kept before the node tries its storage again: anybody may ask, as often as they like.
    /// Defaults to 5 seconds.
    /// </summary>
    public TimeSpan ReadinessPeriod { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Failed tries to sign in or to join from one address in a minute, at all gateways together, after which the next are answered 429;
    /// from 1. Those whose token was good lately are not held up. Defaults to 60.
    /// </summary>
    public int FailedSignInsPerMinute { get; set; } = 60;

    /// <summary>
    /// How long a member's token works after it was issued; from 1 hour to 3,650 days. The operator's first token works for ever.
    /// Defaults to 365 days.
    /// </summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromDays(365);

    /// <summary>All that is wrong with the options, one sentence each; empty when nothing is.</summary>
    public IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        Check(MaximumJsonBytes is >= 1024 and <= 1 << 20, nameof(MaximumJsonBytes), MaximumJsonBytes, "1 KiB to 1 MiB");
        Check(MaximumChunkBytes is >= 64 << 10 and <= Limits.ChunkBytes, nameof(MaximumChunkBytes), MaximumChunkBytes, $"65536 to {Limits.ChunkBytes}");
        Check(MaximumNetworkBytes is >= 1024 and <= Limits.NetworkBytes, nameof(MaximumNetworkBytes), MaximumNetworkBytes, $"1024 to {Limits.NetworkBytes}");
        Check(MaximumKeyObjectBytes is >= Limits.KeyPieceBytes, nameof(MaximumKeyObjectBytes), MaximumKeyObjectBytes, "at least 1 MiB");
        Check(EventsPerPage is >= 1 and <= Limits.EventsPerRead, nameof(EventsPerPage), EventsPerPage, $"1 to {Limits.EventsPerRead}");
        var patient = BodyMemoryPatience > TimeSpan.Zero && BodyMemoryPatience <= TimeSpan.FromMinutes(5);
        Check(patient, nameof(BodyMemoryPatience), BodyMemoryPatience, "more than zero, at most 5 minutes");
        var renewed = ListenerRenewal >= TimeSpan.FromSeconds(1) && ListenerRenewal <= Limits.SubscriptionLease / 2;
        Check(renewed, nameof(ListenerRenewal), ListenerRenewal, $"1 second to {Limits.SubscriptionLease / 2}, half a subscription's lease");
        var repeated = CallPatience > TimeSpan.Zero && CallPatience <= TimeSpan.FromMinutes(1);
        Check(repeated, nameof(CallPatience), CallPatience, "more than zero, at most 1 minute");
        var asked = ClusterPeriod >= TimeSpan.FromSeconds(1) && ClusterPeriod <= TimeSpan.FromMinutes(1);
        Check(asked, nameof(ClusterPeriod), ClusterPeriod, "1 second to 1 minute");
        var checkedAgain = ReadinessPeriod > TimeSpan.Zero && ReadinessPeriod <= TimeSpan.FromMinutes(5);
        Check(checkedAgain, nameof(ReadinessPeriod), ReadinessPeriod, "more than zero, at most 5 minutes");
        Check(FailedSignInsPerMinute >= 1, nameof(FailedSignInsPerMinute), FailedSignInsPerMinute, "1 or more");
        var lasting = TokenLifetime >= TimeSpan.FromHours(1) && TokenLifetime <= TimeSpan.FromDays(3650);
        Check(lasting, nameof(TokenLifetime), TokenLifetime, "1 hour to 3,650 days");
        var largest = Math.Max(Limits.KeyPieceBytes, Math.Max(MaximumJsonBytes, Math.Max(MaximumChunkBytes, MaximumNetworkBytes)));
        Check(BodyMemoryBytes >= largest, nameof(BodyMemoryBytes), BodyMemoryBytes, $"at least {largest}, the largest body held whole");
        return faults;

        void Check(bool good, string name, object found, string expected)
        {
            if (!good) faults.Add(FormattableString.Invariant($"{name} is {found}, expected {expected}."));
        }
    }
}
