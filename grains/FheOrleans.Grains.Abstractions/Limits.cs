namespace FheOrleans.Grains;

/// <summary>Sizes that callers and grains must agree on. Orleans' messages stay small enough not to hold others up: 1 to 4 MiB.</summary>
public static class Limits
{
    /// <summary>The largest piece of a key object in one call, in bytes: 1 MiB.</summary>
    public const int KeyPieceBytes = 1 << 20;

    /// <summary>The largest dataset chunk in one call, in bytes: 4 MiB and 64 KiB for headers.</summary>
    public const int ChunkBytes = (4 << 20) + (64 << 10);

    /// <summary>The largest network file, in bytes: 8 MiB.</summary>
    public const int NetworkBytes = 8 << 20;

    /// <summary>The most events one call of <see cref="IDataOwnerGrain.ReadEventsAsync"/> returns: each may carry a result.</summary>
    public const int EventsPerRead = 16;

    /// <summary>The most entries one call of <see cref="ILedgerGrain.ReadAsync"/> returns.</summary>
    public const int LedgerEntriesPerRead = 256;

    /// <summary>The appended points of a subscription by whose content a repeated upload is recognized, at least; a window of them in
    /// any case.</summary>
    public const int RememberedPoints = 64;

    /// <summary>The longest label of a dataset, in characters.</summary>
    public const int LabelLength = 200;

    /// <summary>The longest label of a token, in characters.</summary>
    public const int TokenLabelLength = 80;

    /// <summary>How many tokens that were good from one address gateways tell each other while others fail from it.</summary>
    public const int GoodTokensOfAnAddress = 64;

    /// <summary>The length of a token hash, in bytes: SHA-256.</summary>
    public const int TokenHashBytes = 32;

    /// <summary>
    /// How long a subscription to events lasts: 1 minute. Subscribe again every few seconds, at the latest when half of it has passed:
    /// from then on the place is given to another who asks for one.
    /// </summary>
    public static readonly TimeSpan SubscriptionLease = TimeSpan.FromMinutes(1);
}
