using System.Numerics;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Client.Nodes;
using FheOrleans.Client.Receipts;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Client.Forecasts;

/// <summary>Encrypts windows and uploads them chunk by chunk: while some chunks are on their way, the next are being encrypted.</summary>
/// <remarks>
/// The node says which chunks it has, and only the others are encrypted and sent: an upload that was cut off goes on where it stopped.
/// A few chunks are in flight at a time, and a chunk is encrypted only when one of them has been acknowledged: a slow node holds
/// encryption back, and memory has those few chunks, whatever the size of the herd.
/// </remarks>
internal sealed class EncryptedUpload(NodeClient node, SentHashes sent, StageClock clock, IProgress<StageProgress>? progress)
{
    // Small chunks let encryption and sending overlap in a small upload; the node takes 4 MiB and a little, and a number of chunks.
    private const long SmallestChunk = 1 << 20, LargestChunk = 4 << 20, WantedChunks = 1024;

    /// <summary>Bytes of ciphertexts sent so far.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Uploads what is missing of a dataset.</summary>
    public async Task RunAsync(string dataset, string label, string keySet, SelectedCircuit circuit, SecretKey secret,
        CancellationToken cancellation)
    {
        var plan = circuit.Plan;
        var chunkBytes = Math.Clamp(circuit.UploadBytes / WantedChunks, SmallestChunk, LargestChunk);
        var perChunk = (int)Math.Clamp(chunkBytes / circuit.CiphertextBytes, 1, plan.InputCiphertexts);
        var declaration = new DatasetDeclaration(
            keySet, circuit.Packer.BatchCount, plan.InputCiphertexts, perChunk, plan.InputLevel, plan.InputScale, circuit.Form, label);
        var start = TimeProvider.System.GetTimestamp();
        var description = await node.DeclareDatasetAsync(dataset, declaration, cancellation).ConfigureAwait(false);

        var maker = new ChunkMaker(circuit, declaration, secret, progress);
        var report = new Forward(this, progress);
        await node.UploadMissingAsync(description, (chunk, _) => MakeAsync(chunk), report, cancellation).ConfigureAwait(false);
        // The two overlap: what is called uploading is what was left to do after the last chunk was encrypted.
        var all = TimeProvider.System.GetElapsedTime(start);
        var encrypting = maker.LastMade is { } last ? TimeProvider.System.GetElapsedTime(start, last) : TimeSpan.Zero;
        clock.Add(ForecastStage.Encrypt, encrypting);
        clock.Add(ForecastStage.Upload, all - encrypting);

        ValueTask<ReadOnlyMemory<byte>> MakeAsync(int chunk)
        {
            var bytes = maker.Make(chunk);
            sent.Chunk(dataset, chunk, bytes.Span);
            return new(bytes);
        }
    }

    /// <summary>Encrypts chunks, several at once.</summary>
    private sealed class ChunkMaker(SelectedCircuit circuit, DatasetDeclaration declaration, SecretKey secret, IProgress<StageProgress>? progress)
    {
        private readonly CkksEncoder _encoder = new(circuit.Parameters);
        private readonly SymmetricEncryptor _encryptor = new(secret);
        private readonly Lock _gate = new();
        private long _made;

        /// <summary>When the last chunk was ready; null before the first.</summary>
        public long? LastMade { get; private set; }

        public ReadOnlyMemory<byte> Make(int chunk)
        {
            var (batch, first) = (chunk / declaration.ChunksPerBatch, chunk % declaration.ChunksPerBatch * declaration.CiphertextsPerChunk);
            var count = Math.Min(declaration.CiphertextsPerChunk, declaration.CiphertextsPerBatch - first);
            var bytes = new byte[count * circuit.CiphertextBytes];
            var slots = new Complex[circuit.Plan.SlotCount];
            var at = 0;
            for (var index = first; index < first + count; index++)
            {
                circuit.Packer.Pack(batch, index, slots);
                var ciphertext = _encryptor.Encrypt(_encoder.Encode(slots, declaration.Scale, declaration.Level));
                var written = SealWriter.Write(ciphertext, SealVersion.V44);
                written.CopyTo(bytes, at);
                at += written.Length;
            }
            lock (_gate)
            {
                LastMade = TimeProvider.System.GetTimestamp();
                _made += count;
                progress?.Report(new(ForecastStage.Encrypt, _made, (long)declaration.CiphertextsPerBatch * declaration.Batches, "ciphertexts"));
            }
            return bytes.AsMemory(0, at);
        }
    }

    private sealed class Forward(EncryptedUpload upload, IProgress<StageProgress>? progress) : IProgress<UploadProgress>
    {
        public void Report(UploadProgress value)
        {
            upload.BytesSent = value.BytesSent;
            progress?.Report(new(ForecastStage.Upload, value.ChunksDone, value.ChunksTotal, "chunks"));
        }
    }
}
