using Orleans;

namespace FheOrleans.Grains;

/// <summary>What was asked contradicts what is already there.</summary>
/// <param name="what">What is concerned: <c>piece of galois</c>, <c>inference 'july'</c>.</param>
/// <param name="found">What the call brought.</param>
/// <param name="expected">What would have agreed.</param>
/// <param name="advice">What to do.</param>
[GenerateSerializer, Alias("fhe.error.conflict")]
public sealed class ConflictException(string what, string found, string expected, string advice)
    : FheOrleansException($"Conflict at {what}: found {found}, expected {expected}. {advice}")
{
    /// <summary>What is concerned.</summary>
    [Id(0)]
    public string What { get; private set; } = what;

    /// <summary>What the call brought.</summary>
    [Id(1)]
    public string Found { get; private set; } = found;

    /// <summary>What would have agreed.</summary>
    [Id(2)]
    public string Expected { get; private set; } = expected;
}
