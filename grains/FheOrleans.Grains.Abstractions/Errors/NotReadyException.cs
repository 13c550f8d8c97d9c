using Orleans;

namespace FheOrleans.Grains;

/// <summary>Something that must be there first is missing. The same call succeeds once it is there.</summary>
/// <param name="what">What cannot be used yet: <c>dataset 'herd'</c>.</param>
/// <param name="missing">What is missing.</param>
[GenerateSerializer, Alias("fhe.error.not-ready")]
public sealed class NotReadyException(string what, string missing) : FheOrleansException($"Not ready: {what} lacks {missing}. Upload it, then ask again.")
{
    /// <summary>What cannot be used yet.</summary>
    [Id(0)]
    public string What { get; private set; } = what;

    /// <summary>What is missing.</summary>
    [Id(1)]
    public string Missing { get; private set; } = missing;

    /// <inheritdoc/>
    public override bool IsTransient => true;
}
