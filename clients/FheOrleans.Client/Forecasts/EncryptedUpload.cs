using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Client.Nodes;
using FheOrleans.Client.Receipts;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Client.Forecasts;

/// <summary>
/// Encrypts windows and uploads them, batch by batch: memory holds one batch of ciphertexts, whatever the size of the herd.
/// </summary>
/// <remarks>
/// The node says which chunks it has, and only the others are encrypted and sent: an upload that was cut off goes on where it stopped.
/// Encryption runs on all cores, then the batch's chunks are sent.
/// </remarks>
internal sealed class EncryptedUpload(NodeClient node, SentHashes sent, StageClock clock, IProgress<StageProgress>? progress)
{
    // The node takes chunks of 4 MiB and a little: see its limits.
    private const long ChunkBytes = 4 << 20;

    // One on the wire, one being verified.
    private const int ChunksInFlight = 2;

    /// <summary>Bytes of ciphertexts sent so far.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Uploads what is missing of a dataset.</summary>
    public async Task RunAsync(string dataset, string label, string keySet, SelectedCircuit circuit, SecretKey secret,
        CancellationToken cancellation)
    {
        var plan = circuit.Plan;
        var perChunk = (int)Math.Clamp(ChunkBytes / circuit.CiphertextBytes, 1, plan.InputCiphertexts);
        var declaration = new DatasetDeclaration(
            keySet, circuit.Packer.BatchCount, plan.InputCiphertexts, perChunk, plan.InputLevel, plan.InputScale, circuit.Layout, label);
        await node.DeclareDatasetAsync(dataset, declaration, cancellation).ConfigureAwait(false);
        var there = (await node.GetDatasetAsync(dataset, cancellation).ConfigureAwait(false)).Received.ToHashSet();

        var encoder = new CkksEncoder(circuit.Parameters);
        var encryptor = new SymmetricEncryptor(secret);
        var done = there.Count;
        var gate = new Lock();
        var ciphertexts = (long)plan.InputCiphertexts * circuit.Packer.BatchCount;
        for (var batch = 0; batch < circuit.Packer.BatchCount; batch++)
        {
            var missing = Enumerable.Range(0, declaration.ChunksPerBatch).Where(chunk => !there.Contains(batch * declaration.ChunksPerBatch + chunk)).ToArray();
            var chunks = new Dictionary<int, byte[]>();
            using (clock.Measure(ForecastStage.Encrypt))
            {
                var vectors = missing.Length == 0 ? [] : circuit.Packer.Pack(batch);
                var encrypted = new byte[vectors.Count][];
                var wanted = missing.SelectMany(chunk => Enumerable.Range(chunk * perChunk, Math.Min(perChunk, plan.InputCiphertexts - chunk * perChunk)));
                Parallel.ForEach(wanted, new() { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, index =>
                    encrypted[index] = SealWriter.Write(encryptor.Encrypt(encoder.Encode(vectors[index], plan.InputScale,
                        plan.InputLevel)), SealVersion.V44));
                foreach (var chunk in missing) chunks[chunk] = Concatenate(encrypted.AsSpan(chunk * perChunk, Math.Min(perChunk, plan.InputCiphertexts - chunk * perChunk)));
            }
            progress?.Report(new(ForecastStage.Encrypt, (long)plan.InputCiphertexts * (batch + 1), ciphertexts, "ciphertexts"));

            using (clock.Measure(ForecastStage.Upload))
            {
                var options = new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = ChunksInFlight };
                await Parallel.ForEachAsync(missing, options, async (chunk, stop) =>
                {
                    sent.Chunk(dataset, batch * declaration.ChunksPerBatch + chunk, chunks[chunk]);
                    await node.UploadChunkAsync(dataset, batch * declaration.ChunksPerBatch + chunk, chunks[chunk],
                        stop).ConfigureAwait(false);
                    lock (gate)
                    {
                        BytesSent += chunks[chunk].Length;
                        progress?.Report(new(ForecastStage.Upload, ++done, declaration.Chunks, "chunks"));
                    }
                }).ConfigureAwait(false);
            }
        }
    }

    private static byte[] Concatenate(ReadOnlySpan<byte[]> parts)
    {
        var total = 0;
        foreach (var part in parts) total += part.Length;
        var whole = new byte[total];
        var at = 0;
        foreach (var part in parts)
        {
            part.CopyTo(whole, at);
            at += part.Length;
        }
        return whole;
    }
}
