using Orleans;
using Orleans.Concurrency;

namespace FheOrleans.Grains;

/// <summary>A dataset: encrypted chunks of one data owner under one key set. Key: <see cref="GrainKeys.Dataset"/>.</summary>
[Alias("fhe.dataset")]
public interface IDatasetGrain : IGrainWithStringKey
{
    /// <summary>Declares what will be uploaded. The same declaration again is no error.</summary>
    /// <param name="declaration">The declaration.</param>
    /// <returns>The dataset as it stands.</returns>
    /// <exception cref="NotFoundException">The owner has no such key set.</exception>
    /// <exception cref="InvalidPayloadException">
    /// A count, the level, the scale or the layout does not fit the key set's parameters.
    /// </exception>
    /// <exception cref="ConflictException">The dataset is declared differently already.</exception>
    /// <exception cref="LimitExceededException">Too many chunks, or chunks too large, or the owner has too many datasets.</exception>
    [Alias("declare")]
    Task<DatasetDescription> DeclareAsync(DatasetDeclaration declaration);

    /// <summary>
    /// Stores a chunk after it was parsed and every ciphertext in it checked. The same chunk again is no error; chunks may come several at a time.
    /// </summary>
    /// <param name="index">The chunk: <c>batch * ChunksPerBatch + c</c>.</param>
    /// <param name="chunk">SEAL ciphertexts one behind the other, seeded or full, all of one batch.</param>
    /// <returns>How far the upload is.</returns>
    /// <exception cref="NotFoundException">The dataset was not declared.</exception>
    /// <exception cref="InvalidPayloadException">The bytes are not the declared ciphertexts.</exception>
    /// <exception cref="SecretMaterialRefusedException">An object in it has the form of a plaintext or a secret key.</exception>
    /// <exception cref="ConflictException">Another chunk is stored under the index already.</exception>
    [Alias("put-chunk"), AlwaysInterleave, ResponseTimeout("00:05:00")]
    Task<DatasetProgress> PutChunkAsync(int index, [Immutable] byte[] chunk);

    /// <summary>Describes the dataset and says which chunks are there.</summary>
    /// <returns>The dataset.</returns>
    /// <exception cref="NotFoundException">It was not declared.</exception>
    [Alias("describe"), ReadOnly]
    Task<DatasetDescription> DescribeAsync();

    /// <summary>Reads a chunk.</summary>
    /// <param name="index">The chunk.</param>
    /// <returns>Its bytes as they were uploaded.</returns>
    /// <exception cref="NotFoundException">The dataset was not declared, or the chunk is not there.</exception>
    [Alias("read-chunk"), AlwaysInterleave]
    Task<Payload> ReadChunkAsync(int index);

    /// <summary>Which dataset of this name is there: another after it was deleted and declared anew.</summary>
    /// <returns>Its mark; <see cref="Guid.Empty"/> when there is none.</returns>
    [Alias("read-incarnation"), ReadOnly]
    Task<Guid> ReadIncarnationAsync();

    /// <summary>Erases the dataset; <see cref="IDeletionGrain"/> calls this, and nobody else. Erasing what is not there is no error.</summary>
    /// <param name="incarnation">Which one of this name; another one stays.</param>
    /// <returns>When nothing of it is stored.</returns>
    [Alias("delete")]
    Task DeleteAsync(Guid incarnation);
}
