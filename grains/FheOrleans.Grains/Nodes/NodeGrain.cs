using Orleans;

namespace FheOrleans.Grains.Nodes;

/// <summary>Answers for the silo it happens to be on; it holds nothing.</summary>
internal sealed class NodeGrain(INodeKey key, StorageProbe storage) : Grain, INodeGrain
{
    /// <inheritdoc/>
    public Task<SigningKeyDescription> DescribeSigningKeyAsync() =>
        Task.FromResult(new SigningKeyDescription { KeyId = key.KeyId, PublicKey = key.PublicKey });

    /// <inheritdoc/>
    public Task<string?> TryStorageAsync() => storage.FaultAsync(CancellationToken.None);
}
