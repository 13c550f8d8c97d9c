using Orleans;

namespace FheOrleans.Grains;

/// <summary>What to forecast after each appended time point, and how points come. None of it is secret.</summary>
[GenerateSerializer, Immutable, Alias("fhe.subscription-request")]
public sealed record SubscriptionRequest
{
    /// <summary>The owner's key set under which points are encrypted.</summary>
    [Id(0)]
    public required string KeySet { get; init; }

    /// <summary>The model, <c>publisher/model</c>, in the owner's tenant, or <c>public/model</c>.</summary>
    [Id(1)]
    public required string Model { get; init; }

    /// <summary>The model's version. It stays until the owner says otherwise: <see cref="ISubscriptionGrain.UpgradeAsync"/>.</summary>
    [Id(2)]
    public required int Version { get; init; }

    /// <summary>The form of the model's circuit, as text: a live one.</summary>
    [Id(7)]
    public string Form { get; init; } = "live";

    /// <summary>How many slots hold animals: 1 to the circuit's number. The node learns no more of the herd than this.</summary>
    [Id(4)]
    public required int Places { get; init; }

    /// <summary>How many ciphertexts a chunk of a point has; the last chunk may have fewer.</summary>
    [Id(5)]
    public required int CiphertextsPerChunk { get; init; }

    /// <summary>The owner's own words, at most <see cref="Limits.LabelLength"/> characters.</summary>
    [Id(6)]
    public string Label { get; init; } = "";
}
