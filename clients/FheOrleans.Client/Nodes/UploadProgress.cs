namespace FheOrleans.Client.Nodes;

/// <summary>How far the upload of a dataset is.</summary>
/// <param name="ChunksDone">Chunks the node has, those of an earlier upload included.</param>
/// <param name="ChunksTotal">Chunks the dataset has.</param>
/// <param name="BytesSent">Bytes sent by this upload and taken by the node.</param>
public sealed record UploadProgress(int ChunksDone, int ChunksTotal, long BytesSent);
