using Orleans;

namespace FheOrleans.Grains;

/// <summary>The caller has nothing of that name. What belongs to another owner is answered in exactly the same way.</summary>
/// <param name="what">What kind of thing: <c>key set</c>, <c>dataset</c>.</param>
/// <param name="name">The name asked for.</param>
[GenerateSerializer, Alias("fhe.error.not-found")]
public sealed class NotFoundException(string what, string name) : FheOrleansException($"There is no {what} '{name}'.")
{
    /// <summary>What kind of thing was asked for.</summary>
    [Id(0)]
    public string What { get; private set; } = what;

    /// <summary>The name asked for.</summary>
    [Id(1)]
    public string Name { get; private set; } = name;
}
