using System.Security.Cryptography;

namespace FheOrleans.Grains;

/// <summary>Tries whether the storage takes a write and gives it back: a disk that is full, or a database that is gone, shows here first.</summary>
/// <param name="payloads">The storage.</param>
public sealed class StorageProbe(IPayloadStore payloads)
{
    private const int Length = 16;

    // No tenant's name begins with this character, so it is in nobody's usage and no deletion of a tenant's reaches it.
    private const string Key = "!node/readiness";

    /// <summary>Tries it.</summary>
    /// <param name="cancellationToken">Cancelled when the answer is waited for no longer; what was begun may go on.</param>
    /// <returns>Null when it is well; otherwise one sentence for the operator, without a path.</returns>
    /// <exception cref="OperationCanceledException">The answer is waited for no longer.</exception>
    public async Task<string?> FaultAsync(CancellationToken cancellationToken)
    {
        try
        {
            await payloads.WriteAsync(Key, RandomNumberGenerator.GetBytes(Length), cancellationToken);
            // Another silo may have written since: its mark is as good a sign as ours.
            var kept = await payloads.ReadAsync(Key, cancellationToken);
            return kept?.Length == Length ? null : "The storage does not give back what was written.";
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            // The provider's own message may name paths; the kind of fault is enough to look.
            return $"The storage does not take a write ({fault.GetType().Name}).";
        }
    }
}
