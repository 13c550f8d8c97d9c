using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Herds;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;

namespace FheOrleans.Client.Live;

/// <summary>Encrypts one time point of a herd.</summary>
internal static class LiveEncryption
{
    /// <returns>The point's chunks.</returns>
    public static List<byte[]> Encrypt(
        CircuitPlan plan, SecretKey secret, MinMaxScaling scaling, IReadOnlyList<HerdRecord?> records,
        Func<CircuitPlan, CkksParameters, int> perChunk, StageClock clock)
    {
        using var _ = clock.Measure(ForecastStage.Encrypt);
        var parameters = plan.CreateParameters();
        var (encoder, encryptor) = (new CkksEncoder(parameters), new SymmetricEncryptor(secret));
        var slots = new LivePacker(plan).Pack([.. records.Select(record => record is null
            ? null
            : Enumerable.Range(0, scaling.Features).Select(feature => scaling.Normalize(feature, record.Row[feature])).ToArray())]);
        return [.. slots
            .Select(vector => SealWriter.Write(encryptor.Encrypt(encoder.Encode(vector, plan.InputScale, plan.InputLevel)), SealVersion.V44))
            .Chunk(perChunk(plan, parameters))
            .Select(ciphertexts => ciphertexts.SelectMany(bytes => bytes).ToArray())];
    }
}
