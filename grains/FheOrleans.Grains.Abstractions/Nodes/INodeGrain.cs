using Orleans;
using Orleans.Concurrency;

namespace FheOrleans.Grains;

/// <summary>
/// What a gateway asks the machines behind it about themselves. Key: any text; a gateway asks with one of its own, so that no silo is asked by
/// all of them.
/// </summary>
[Alias("fhe.node")]
public interface INodeGrain : IGrainWithStringKey
{
    /// <summary>The key with which receipts and heads of ledgers are signed.</summary>
    /// <returns>Its public half.</returns>
    [Alias("describe-signing-key"), ReadOnly]
    Task<SigningKeyDescription> DescribeSigningKeyAsync();

    /// <summary>Tries whether the storage takes a write and gives it back.</summary>
    /// <returns>Null when it does; otherwise one sentence for the operator, without a path or a name of a tenant's.</returns>
    [Alias("try-storage"), AlwaysInterleave]
    Task<string?> TryStorageAsync();
}
