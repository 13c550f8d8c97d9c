using Orleans;

namespace FheOrleans.Grains;

/// <summary>What to evaluate on what.</summary>
[GenerateSerializer, Immutable, Alias("fhe.inference-request")]
public sealed record InferenceRequest
{
    /// <summary>The owner's key set.</summary>
    [Id(0)]
    public required string KeySet { get; init; }

    /// <summary>The owner's dataset.</summary>
    [Id(1)]
    public required string Dataset { get; init; }

    /// <summary>The model, <c>publisher/model</c>, in the owner's tenant.</summary>
    [Id(2)]
    public required string Model { get; init; }

    /// <summary>The model's version.</summary>
    [Id(3)]
    public required int Version { get; init; }

    /// <summary>The form of the model's circuit, as text: that of the dataset.</summary>
    /// <remarks>Id 4 was an enumeration of two layouts.</remarks>
    [Id(5)]
    public string Form { get; init; } = "series";
}
