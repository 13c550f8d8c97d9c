using System.Security.Cryptography;
using FheOrleans.Grains;
using Orleans;

namespace FheOrleans.Gateway.Host.Hosting;

/// <summary>Whether the cluster answers this gateway, and reaches its storage.</summary>
/// <remarks>
/// A gateway asks a grain of its own, so that the death of one silo does not make all gateways unready at once; and where that one does not
/// answer, another, which is likely to be on another silo.
/// </remarks>
internal sealed class ClusterCheck(IGrainFactory grains, TimeProvider time) : IReadinessCheck
{
    // Two of them are within the patience of whoever asks.
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(900);

    private readonly string _key = $"gateway-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8))}";

    /// <inheritdoc/>
    public async Task<string?> FaultAsync(CancellationToken cancellationToken)
    {
        if (await TryAsync(_key + "-1", cancellationToken) is not { } fault) return null;
        return await TryAsync(_key + "-2", cancellationToken) is null ? null : fault;
    }

    private async Task<string?> TryAsync(string key, CancellationToken cancellationToken)
    {
        try
        {
            return await grains.GetGrain<INodeGrain>(key).TryStorageAsync().WaitAsync(Patience, time, cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            return $"The cluster does not answer ({fault.GetType().Name}). Look whether silos run and reach their database.";
        }
    }
}
