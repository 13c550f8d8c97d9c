using System.Security.Cryptography;
using FheOrleans.Gateway;
using FheOrleans.Grains;

namespace FheOrleans.Silo.Storage;

/// <summary>Whether the node's storage takes a write and gives it back: a disk that is full or gone shows here first.</summary>
internal sealed class StorageCheck(IPayloadStore payloads) : IReadinessCheck
{
    // No tenant's name begins with this character, so it is in nobody's usage and no deletion of a tenant's reaches it.
    private const string Key = "!node/readiness";

    /// <inheritdoc/>
    public async Task<string?> FaultAsync(CancellationToken cancellationToken)
    {
        var mark = RandomNumberGenerator.GetBytes(16);
        try
        {
            await payloads.WriteAsync(Key, mark, cancellationToken);
            var kept = await payloads.ReadAsync(Key, cancellationToken);
            return mark.AsSpan().SequenceEqual(kept) ? null : "The storage does not give back what was written.";
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The provider's own message may name paths; the kind of fault is enough to look.
            return $"The storage does not take a write ({fault.GetType().Name}). Look at the disk of the folder of --data.";
        }
    }
}
