using FheOrleans.Gateway;
using FheOrleans.Grains;

namespace FheOrleans.Silo.Storage;

/// <summary>Whether the node's storage takes a write and gives it back.</summary>
internal sealed class StorageCheck(StorageProbe probe, INodeDatabase database) : IReadinessCheck
{
    /// <inheritdoc/>
    public async Task<string?> FaultAsync(CancellationToken cancellationToken) =>
        await probe.FaultAsync(cancellationToken) is { } fault ? $"{fault} {database.WhereToLook}" : null;
}
