using System.Text.Json.Serialization;

namespace FheOrleans.Gateway.Contracts;

/// <summary>Body of <c>PUT /v1/datasets/{id}</c>: what the dataset will hold. Nothing in it is secret.</summary>
/// <param name="KeySet">The owner's key set its ciphertexts are encrypted under.</param>
/// <param name="Batches">Number of batches; each becomes one part of an inference.</param>
/// <param name="CiphertextsPerBatch">Number of ciphertexts in each batch, in the plan's input order.</param>
/// <param name="CiphertextsPerChunk">Number of ciphertexts in a chunk; the last chunk of a batch may hold fewer.</param>
/// <param name="Level">The level of every ciphertext.</param>
/// <param name="Scale">The scale of every ciphertext.</param>
/// <param name="Form">
/// The circuit form its slots are packed for, the plan's own; <c>layout</c> on the wire, where <c>herd</c> and <c>series</c> were the first two.
/// </param>
/// <param name="Label">A name for people, at most 200 characters; visible to the node's operator.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record DatasetDeclaration(
    string KeySet,
    int Batches,
    int CiphertextsPerBatch,
    int CiphertextsPerChunk,
    int Level,
    double Scale,
    [property: JsonPropertyName("layout")] string Form,
    string Label = "")
{
    /// <summary>
    /// Chunks in each batch: <c>ceil(CiphertextsPerBatch / CiphertextsPerChunk)</c>. Chunk <c>c</c> of batch <c>b</c> has index <c>b ·
    /// ChunksPerBatch + c</c>.
    /// </summary>
    [JsonIgnore]
    public int ChunksPerBatch => CiphertextsPerChunk <= 0 ? 0 : (int)(((long)CiphertextsPerBatch + CiphertextsPerChunk - 1) / CiphertextsPerChunk);

    /// <summary>Chunks in the whole dataset.</summary>
    [JsonIgnore]
    public long Chunks => (long)ChunksPerBatch * Batches;
}

/// <summary>A dataset and which of its chunks have arrived.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Declaration">What was declared.</param>
/// <param name="Received">Indices of the chunks the node has verified and stored, ascending.</param>
/// <param name="Complete">True when every chunk is there.</param>
/// <param name="Bytes">Bytes stored.</param>
public sealed record DatasetDescription(string Id, DatasetDeclaration Declaration, IReadOnlyList<int> Received, bool Complete, long Bytes);

/// <summary>Answer to the upload of one chunk.</summary>
/// <param name="Index">The chunk's index.</param>
/// <param name="ReceivedChunks">How many chunks the node has now.</param>
/// <param name="TotalChunks">How many there will be.</param>
/// <param name="Complete">True when every chunk is there.</param>
public sealed record ChunkReceipt(int Index, int ReceivedChunks, long TotalChunks, bool Complete);
