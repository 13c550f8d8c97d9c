namespace FheOrleans.Grains;

/// <summary>What deletions need of a storage beyond <see cref="IPayloadStore"/> and grain storage: to erase by owner, and for good.</summary>
/// <remarks>Implementations are safe for concurrent use and pass <c>ErasureContract</c>. Ledgers are never touched.</remarks>
public interface IErasure
{
    /// <summary>Deletes every record of grain state whose grain's key lies below <c>tenant/owner</c>, and no other.</summary>
    /// <param name="ownerKey">The data owner, <see cref="GrainKeys.DataOwner"/>. Its own records stay: they are its grains' to clear.</param>
    /// <param name="cancellationToken">Gives up waiting; then all are deleted or none.</param>
    /// <returns>When it is durable.</returns>
    Task EraseStateBelowAsync(string ownerKey, CancellationToken cancellationToken = default);

    /// <summary>
    /// Sees to it that nothing of a data owner's that was deleted or overwritten before the call is left in the storage's files: not in freed
    /// pages, and not in a log.
    /// </summary>
    /// <param name="ownerKey">The data owner, <see cref="GrainKeys.DataOwner"/>. A storage may do more than is asked.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>When nothing is left.</returns>
    Task ScrubAsync(string ownerKey, CancellationToken cancellationToken = default);
}
