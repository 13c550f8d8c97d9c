using System.Diagnostics;
using System.Security.Cryptography;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Wire;
using FheOrleans.Grains.Inferences;
using FheOrleans.Grains.KeySets;
using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Telemetry;
using FheOrleans.Grains.Workers;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;
using Microsoft.Extensions.Logging;

namespace FheOrleans.Grains.Subscriptions;

/// <summary>Takes points in: gets keys, circuit, the point and what it recalls together and runs the live circuit on an evaluation thread.</summary>
internal sealed class LiveEvaluator(
    IPayloadStore payloads, EvaluationMeans means, EvaluationWorkers workers, CiphertextPools pools, GrainTelemetry telemetry, ILogger<LiveEvaluator> log)
{
    /// <returns>What the point leaves behind, or the failure.</returns>
    /// <exception cref="OperationCanceledException">The point was given up.</exception>
    internal async Task<PointOutcome> EvaluateAsync(PointOrder order, CancellationToken cancellationToken)
    {
        using var place = await means.TakePlaceAsync(OwnedKey.Parse(order.SubscriptionKey).Tenant, cancellationToken);
        try
        {
            return await EvaluateNowAsync(order, cancellationToken);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            log.PointFailed(order.SubscriptionKey, order.Point, failure);
            return FailureOf(failure);
        }
    }

    private static PointOutcome FailureOf(Exception failure)
    {
        var (words, isTransient, isOutage) = EvaluationFailure.Of(failure);
        return new() { Failure = words, IsTransient = isTransient, IsOutage = isOutage };
    }

    private async Task<PointOutcome> EvaluateNowAsync(PointOrder order, CancellationToken cancellationToken)
    {
        var (key, request) = (OwnedKey.Parse(order.SubscriptionKey), order.Request);
        using var span = telemetry.Begin("point", key.Tenant);
        var keySet = await means.KeysAsync(key, request.KeySet, order.KeySetGeneration);
        var circuit = await means.CircuitAsync(key, request.Model, request.Version, request.Form, order.ModelSha256);
        var point = new byte[order.Chunks][];
        for (var chunk = 0; chunk < point.Length; chunk++)
            point[chunk] = await ReadAsync(PayloadKeys.PointChunk(key, order.Point, chunk), cancellationToken);
        var groups = new KeptGroups(circuit.Program.Memory);
        var kept = new Dictionary<(int Group, int Age), byte[]>();
        foreach (var wanted in groups.Wanted().Where(wanted => order.Point - wanted.Age >= order.FirstPoint))
            kept[wanted] = await ReadAsync(PayloadKeys.Kept(key, order.Epoch, wanted.Group, order.Point - wanted.Age), cancellationToken);
        var outcome = await workers.RunAsync(() => Run(keySet, circuit, point, groups, kept, cancellationToken), cancellationToken);
        telemetry.Evaluated(key.Tenant, outcome.EvaluationSeconds, isPoint: true);
        return outcome;
    }

    private async Task<byte[]> ReadAsync(string payload, CancellationToken cancellationToken) =>
        await payloads.ReadAsync(payload, cancellationToken) ?? throw new InvalidOperationException("A stored part of the subscription is not there.");

    private PointOutcome Run(
        EvaluationKeys keySet, CompiledCircuit circuit, byte[][] chunks, KeptGroups groups, Dictionary<(int Group, int Age), byte[]> kept, CancellationToken cancellationToken)
    {
        var point = new ChunkInputs(keySet.Parameters, chunks);
        var start = Stopwatch.GetTimestamp();
        var runner = new LiveCircuitRunner(circuit, keySet.Parameters, keySet.Relinearization, keySet.Galois, pools.For(keySet.Parameters));
        var step = runner.Run(point, Recall, cancellationToken);
        var result = SealWriter.Write(step.Forecast, ReplyVersions.Of(keySet.Version, point.Version));
        return new()
        {
            Result = result,
            Kept = [.. groups.Write(step.Kept)],
            Lifetimes = [.. groups.Lifetimes],
            EvaluationSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
            // Of what was read and computed on, and not of what the subscription remembers: the receipt is about this evaluation.
            PointSha256 = [.. chunks.SelectMany(SHA256.HashData)],
            ResultSha256 = SHA256.HashData(result),
        };

        Ciphertext? Recall(RecalledValue wanted) =>
            kept.TryGetValue((groups.GroupOf(wanted.Kept), wanted.Age), out var payload) ? groups.Read(keySet.Parameters, wanted.Kept, payload) : null;
    }
}
