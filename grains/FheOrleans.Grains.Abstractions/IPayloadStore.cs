namespace FheOrleans.Grains;

/// <summary>Where large ciphertext payloads rest, beside grain state: dataset chunks, key pieces not yet whole, results.</summary>
/// <remarks>
/// Keys are paths of names, <c>tenant/owner/datasets/herd/00000007</c>. A payload is written whole and read whole, and is durable when the
/// write returns. Implementations are safe for concurrent use and pass the conformance suite <c>PayloadStoreContract</c>.
/// </remarks>
public interface IPayloadStore
{
    /// <summary>Stores a payload, in place of any other under the same key.</summary>
    /// <param name="key">Where.</param>
    /// <param name="payload">The bytes; they are copied before the call returns its task's result.</param>
    /// <param name="cancellationToken">Gives up waiting; the payload is then stored whole or not at all.</param>
    /// <returns>When it is durable.</returns>
    Task WriteAsync(string key, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken = default);

    /// <summary>Reads a payload.</summary>
    /// <param name="key">Where.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The bytes, or null where there is none.</returns>
    Task<byte[]?> ReadAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Deletes the payload with a key and all below it, <c>key/...</c>. Deleting nothing is no error.</summary>
    /// <param name="key">The key or the path above several keys.</param>
    /// <param name="cancellationToken">Gives up waiting; then all are deleted or none.</param>
    /// <returns>When it is durable.</returns>
    Task DeleteAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>How many bytes rest under a key and below it.</summary>
    /// <param name="key">The key or the path above several keys.</param>
    /// <param name="cancellationToken">Gives up waiting.</param>
    /// <returns>The sum of the payloads' lengths, in bytes.</returns>
    Task<long> MeasureAsync(string key, CancellationToken cancellationToken = default);
}
