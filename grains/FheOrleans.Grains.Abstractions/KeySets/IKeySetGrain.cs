using Orleans;
using Orleans.Concurrency;

namespace FheOrleans.Grains;

/// <summary>
/// A data owner's CKKS parameters with the public, relinearization and Galois keys made for them, all in the grain's persistent state.
/// Key: <see cref="GrainKeys.KeySet"/>. There is no place in it for a secret key, and none is accepted.
/// </summary>
[Alias("fhe.key-set")]
public interface IKeySetGrain : IGrainWithStringKey
{
    /// <summary>Declares parameters and which keys will come. The same declaration again is no error.</summary>
    /// <param name="declaration">The declaration.</param>
    /// <returns>The key set as it stands.</returns>
    /// <exception cref="InvalidPayloadException">The parameters are not readable, not secure, or do not fit the steps.</exception>
    /// <exception cref="ConflictException">The key set is declared differently already.</exception>
    /// <exception cref="LimitExceededException">A key object would be too large, or the owner has too many key sets.</exception>
    [Alias("declare")]
    Task<KeySetDescription> DeclareAsync(KeySetDeclaration declaration);

    /// <summary>Describes the key set and how far each key object's upload is.</summary>
    /// <returns>The key set.</returns>
    /// <exception cref="NotFoundException">It was not declared.</exception>
    [Alias("describe"), ReadOnly]
    Task<KeySetDescription> DescribeAsync();

    /// <summary>
    /// Takes the next piece of a key object. When the object is whole it is parsed and every word is checked, and only then is it part of the
    /// key set. A piece at offset 0 starts an unfinished object anew; a piece that is there already is acknowledged and not stored again.
    /// </summary>
    /// <param name="kind">Which object.</param>
    /// <param name="offset">Where the piece belongs, in bytes from the object's start.</param>
    /// <param name="piece">1 to <see cref="Limits.KeyPieceBytes"/> bytes.</param>
    /// <returns>How far the upload is: continue at <see cref="KeyObjectProgress.Received"/>.</returns>
    /// <exception cref="NotFoundException">The key set was not declared.</exception>
    /// <exception cref="InvalidPayloadException">
    /// The bytes are no such object for these parameters; what was staged of it is dropped.
    /// </exception>
    /// <exception cref="SecretMaterialRefusedException">The bytes have the form of a plaintext or a secret key.</exception>
    /// <exception cref="ConflictException">The piece leaves a gap, or another object is committed already.</exception>
    [Alias("append"), ResponseTimeout("00:05:00")]
    Task<KeyObjectProgress> AppendAsync(KeyObject kind, long offset, [Immutable] byte[] piece);

    /// <summary>Reads one piece of a committed key object.</summary>
    /// <param name="kind">Which object.</param>
    /// <param name="piece">The number of the piece, from 0; each but the last has <see cref="Limits.KeyPieceBytes"/> bytes.</param>
    /// <returns>The piece.</returns>
    /// <exception cref="NotFoundException">The key set was not declared, or there is no such piece.</exception>
    /// <exception cref="NotReadyException">The object is not whole.</exception>
    [Alias("read"), AlwaysInterleave]
    Task<Payload> ReadAsync(KeyObject kind, int piece);

    /// <summary>Which key set of this name is there: another after it was deleted and declared anew.</summary>
    /// <returns>Its mark; <see cref="Guid.Empty"/> when there is none.</returns>
    [Alias("read-incarnation"), ReadOnly]
    Task<Guid> ReadIncarnationAsync();

    /// <summary>Erases the key set; <see cref="IDeletionGrain"/> calls this, and nobody else. Erasing what is not there is no error.</summary>
    /// <param name="incarnation">Which one of this name; another one stays.</param>
    /// <returns>When nothing of it is stored.</returns>
    [Alias("delete")]
    Task DeleteAsync(Guid incarnation);
}
