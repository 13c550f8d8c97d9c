using Orleans;

namespace FheOrleans.Grains;

/// <summary>Bytes that a grain returns. A type of its own, because a bare array is copied by Orleans even within a silo.</summary>
[GenerateSerializer, Immutable, Alias("fhe.payload")]
public sealed record Payload
{
    /// <summary>The bytes; nobody changes them.</summary>
    [Id(0)]
    public required byte[] Bytes { get; init; }
}
