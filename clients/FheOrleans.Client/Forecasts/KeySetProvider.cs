using System.Security.Cryptography;
using System.Text;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Nodes;
using FheOrleans.Client.Receipts;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Client.Forecasts;

/// <summary>Sees to it that the node has the keys a circuit needs, and no others.</summary>
/// <remarks>
/// A key set's id is <c>ks-need-random</c>: <c>need</c> is a hash of parameters, rotation steps, relinearization and conjugation, so that circuits
/// with the same needs share keys; <c>random</c> keeps two machines of one farm, which cannot share a secret key, from claiming
/// the same id. Public objects are kept in the home until the node has them all: they are random, so one that was sent half-way
/// can only be continued with the very same bytes.
/// </remarks>
internal sealed class KeySetProvider(NodeClient node, FarmHome home, SentHashes sent, SecretKeyRing ring, StageClock clock,
    IProgress<StageProgress>? progress)
{
    /// <summary>Bytes of keys sent so far.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Makes and uploads what is missing.</summary>
    /// <returns>The key set's id.</returns>
    public async Task<string> EnsureAsync(CircuitPlan plan, CkksParameters parameters, CancellationToken cancellation)
    {
        var parameterBytes = SealWriter.Write(parameters, SealVersion.V44);
        var need = Need(parameterBytes, plan);
        var known = home.Names("keys").FirstOrDefault(name => name.StartsWith($"ks-{need}-", StringComparison.Ordinal));
        var keySet = known ?? $"ks-{need}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}";

        progress?.Report(new(ForecastStage.KeyGeneration, 0, 1, "keys"));
        SecretKey secret;
        using (clock.Measure(ForecastStage.KeyGeneration)) secret = known is null ? ring.Create(keySet, parameters) : ring.Get(keySet, parameters);
        var description = await DeclareAsync().ConfigureAwait(false);
        if (description.Objects.Any(item => !item.Complete && item.Received > 0 && !home.HasPendingKey(keySet, item.Kind.ToString())))
        {
            // Begun from bytes that are gone. Nothing is encrypted for an incomplete key set yet, so it is begun anew.
            await node.DeleteKeySetAsync(keySet, cancellation).ConfigureAwait(false);
            description = await DeclareAsync().ConfigureAwait(false);
        }

        sent.Parameters(keySet, parameterBytes);
        var missing = description.Objects.Where(item => !item.Complete).Select(item => item.Kind).ToArray();
        var objects = missing.Select(kind => (Kind: kind, Bytes: Prepare(keySet, kind, secret, plan))).ToArray();
        progress?.Report(new(ForecastStage.KeyGeneration, 1, 1, "keys"));
        var total = objects.Sum(item => (long)item.Bytes.Length);
        foreach (var (kind, bytes) in objects)
        {
            var before = BytesSent;
            sent.KeyObject(keySet, kind, bytes);
            using (clock.Measure(ForecastStage.SendKeys))
            {
                var step = progress is null ? null : new Forward(done => progress.Report(new(ForecastStage.SendKeys, before + done, Math.Max(1, total), "bytes of keys")));
                await node.UploadKeyObjectAsync(keySet, kind, bytes, step, cancellation).ConfigureAwait(false);
            }
            BytesSent = before + bytes.Length;
        }
        foreach (var kind in missing) home.DeletePendingKey(keySet, kind.ToString());
        return keySet;

        Task<KeySetDescription> DeclareAsync() => node.DeclareKeySetAsync(
            keySet, parameterBytes, [.. plan.RotationSteps], plan.NeedsConjugationKey, plan.NeedsRelinearizationKeys, cancellation);
    }

    private byte[] Prepare(string keySet, KeyObjectKind kind, SecretKey secret, CircuitPlan plan)
    {
        using var _ = clock.Measure(ForecastStage.KeyGeneration);
        if (home.ReadPendingKey(keySet, kind.ToString()) is { } pending) return pending;
        var generator = new KeyGenerator(secret);
        var bytes = kind switch
        {
            KeyObjectKind.Public => SealWriter.Write(generator.CreatePublicKey(), SealVersion.V44),
            KeyObjectKind.Relinearization => SealWriter.Write(generator.CreateRelinearizationKeys(), SealVersion.V44),
            _ => SealWriter.Write(generator.CreateGaloisKeys(plan.RotationSteps, plan.NeedsConjugationKey), SealVersion.V44),
        };
        home.WritePendingKey(keySet, kind.ToString(), bytes);
        return bytes;
    }

    private static string Need(byte[] parameters, CircuitPlan plan)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(parameters);
        hash.AppendData(Encoding.UTF8.GetBytes($"|{string.Join(',', plan.RotationSteps)}|{plan.NeedsRelinearizationKeys}{(plan.NeedsConjugationKey ? "|conjugation" : "")}"));
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 6));
    }

    private sealed class Forward(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
