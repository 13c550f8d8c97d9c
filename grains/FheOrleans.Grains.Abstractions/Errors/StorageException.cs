using Orleans;

namespace FheOrleans.Grains;

/// <summary>The storage did not do what was asked. Whether a write was stored is not known unless the message says so: ask before repeating it.</summary>
/// <param name="reason">What happened, in words of ours: the provider's may name hosts, accounts or values.</param>
/// <param name="isTransient">Whether the same call may succeed later, because the storage is away or overloaded.</param>
[GenerateSerializer, Alias("fhe.error.storage")]
public sealed class StorageException(string reason, bool isTransient) : FheOrleansException($"The storage did not answer as it should: {reason}")
{
    /// <summary>What happened.</summary>
    [Id(0)]
    public string Reason { get; private set; } = reason;

    /// <inheritdoc/>
    public override bool IsTransient => MayPass;

    /// <summary>What <see cref="IsTransient"/> says, as it travels.</summary>
    [Id(1)]
    internal bool MayPass { get; private set; } = isTransient;
}
