using FheOrleans.Gateway;
using FheOrleans.Grains;
using Orleans.Runtime;

namespace FheOrleans.Silo.Hosting;

/// <summary>Whether the silo is one of the cluster's, and reaches the cluster's storage.</summary>
internal sealed class SiloCheck(ISiloStatusOracle membership, StorageProbe storage) : IReadinessCheck
{
    /// <inheritdoc/>
    public async Task<string?> FaultAsync(CancellationToken cancellationToken)
    {
        if (membership.CurrentStatus != SiloStatus.Active) return $"The silo is not one of the cluster's ({membership.CurrentStatus}).";
        return await storage.FaultAsync(cancellationToken) is { } fault ? $"{fault} Look at the database." : null;
    }
}
