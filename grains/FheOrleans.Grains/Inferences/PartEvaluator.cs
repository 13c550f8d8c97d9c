using System.Diagnostics;
using System.Security.Cryptography;
using FheOrleans.Ckks.Wire;
using FheOrleans.Grains.KeySets;
using FheOrleans.Grains.Receipts;
using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Telemetry;
using FheOrleans.Grains.Workers;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;
using Microsoft.Extensions.Logging;
using Orleans;

namespace FheOrleans.Grains.Inferences;

/// <summary>Evaluates parts: gets keys, circuit and chunks together and runs the circuit on an evaluation thread.</summary>
/// <remarks>
/// A part gets its inputs only when a thread is free for it: memory holds as many parts as there are threads, however many wait. Tenants take
/// turns at the threads. A part that is alone uses all of them: its circuit's independent pieces run on whichever are free.
/// </remarks>
internal sealed class PartEvaluator(
    IGrainFactory grains, EvaluationMeans means, EvaluationWorkers workers, CiphertextPools pools, GrainTelemetry telemetry, ILogger<PartEvaluator> log)
{
    /// <returns>The result, or the failure.</returns>
    /// <exception cref="OperationCanceledException">The part was given up.</exception>
    internal async Task<PartOutcome> EvaluateAsync(PartOrder order, CancellationToken cancellationToken)
    {
        using var place = await means.TakePlaceAsync(OwnedKey.Parse(order.InferenceKey).Tenant, cancellationToken);
        try
        {
            return await EvaluateNowAsync(order, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            log.EvaluationFailed(order.InferenceKey, order.Part, failure);
            return FailureOf(failure);
        }
    }

    private static PartOutcome FailureOf(Exception failure)
    {
        var (words, isTransient, isOutage) = EvaluationFailure.Of(failure);
        return new() { Failure = words, IsTransient = isTransient, IsOutage = isOutage };
    }

    private async Task<PartOutcome> EvaluateNowAsync(PartOrder order, CancellationToken cancellationToken)
    {
        var (key, request) = (OwnedKey.Parse(order.InferenceKey), order.Request);
        using var part = telemetry.Begin("part", key.Tenant);
        var keySet = await Traced("keys", () => means.KeysAsync(key, request.KeySet, order.KeySetGeneration));
        var circuit = await Traced("circuit", () => means.CircuitAsync(key, request.Model, request.Version, request.Form, order.ModelSha256));
        var chunks = await Traced("chunks", () => ReadChunksAsync(key, order, cancellationToken));
        var outcome = await Traced("evaluate", () => workers.RunAsync(() => Run(keySet, circuit, chunks, cancellationToken), cancellationToken));
        telemetry.Evaluated(key.Tenant, outcome.EvaluationSeconds);
        return outcome;

        async Task<T> Traced<T>(string step, Func<Task<T>> work)
        {
            using var span = telemetry.Begin(step, key.Tenant);
            return await work();
        }
    }

    private async Task<byte[][]> ReadChunksAsync(OwnedKey key, PartOrder order, CancellationToken cancellationToken)
    {
        var dataset = grains.GetGrain<IDatasetGrain>(GrainKeys.Dataset(key.Tenant, key.Owner, order.Request.Dataset));
        var description = await dataset.DescribeAsync();
        if (description.KeySetGeneration != order.KeySetGeneration)
            throw new NotReadyException($"dataset '{description.Dataset}'", "the data the inference was started for");
        var perBatch = description.Declaration.ChunksPerBatch;
        var chunks = new byte[perBatch][];
        for (var c = 0; c < perBatch; c++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            chunks[c] = (await dataset.ReadChunkAsync((order.Part * perBatch) + c)).Bytes;
        }
        return chunks;
    }

    private PartOutcome Run(EvaluationKeys keySet, CompiledCircuit circuit, byte[][] chunks, CancellationToken cancellationToken)
    {
        var inputs = new ChunkInputs(keySet.Parameters, chunks);
        var start = Stopwatch.GetTimestamp();
        var runner = new CkksCircuitRunner(circuit, keySet.Parameters, keySet.Relinearization, keySet.Galois, pools.For(keySet.Parameters));
        using var result = new MemoryStream();
        var version = ReplyVersions.Of(keySet.Version, inputs.Version);
        var threads = new RunThreads(workers.Count, workers.Scheduler);
        foreach (var output in runner.Run(inputs, cancellationToken, threads: threads)) result.Write(SealWriter.Write(output, version));
        var bytes = result.ToArray();
        return new()
        {
            Result = bytes,
            EvaluationSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
            // Of what was read and computed on, and not of what the dataset's grain remembers: the receipt is about this evaluation.
            InputSha256 = Hashes.Over(chunks.Select(SHA256.HashData)),
            ResultSha256 = SHA256.HashData(bytes),
        };
    }
}
