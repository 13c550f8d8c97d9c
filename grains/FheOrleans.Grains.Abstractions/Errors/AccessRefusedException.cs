using Orleans;

namespace FheOrleans.Grains;

/// <summary>The caller may not do this: a wrong, used or expired code, or a token enrolled already.</summary>
/// <param name="reason">Why, in words that tell nothing about others.</param>
[GenerateSerializer, Alias("fhe.error.access-refused")]
public sealed class AccessRefusedException(string reason) : FheOrleansException($"Refused: {reason}")
{
    /// <summary>Why.</summary>
    [Id(0)]
    public string Reason { get; private set; } = reason;
}
