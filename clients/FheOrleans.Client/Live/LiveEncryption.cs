using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Client.Herds;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;

namespace FheOrleans.Client.Live;

/// <summary>Encrypts time points of a herd: made once for all points that are appended together, since its tables take longer than a point.</summary>
internal sealed class LiveEncryption(CircuitPlan plan, CkksParameters parameters, SecretKey secret, MinMaxScaling scaling)
{
    private const long ChunkBytes = 4L << 20;

    private readonly LivePacker _packer = new(plan);
    private readonly CkksEncoder _encoder = new(parameters);
    private readonly SymmetricEncryptor _encryptor = new(secret);
    private readonly int _perChunk = CiphertextsPerChunk(plan, parameters);

    /// <summary>How many of a point's ciphertexts are sent together.</summary>
    public static int CiphertextsPerChunk(CircuitPlan plan, CkksParameters parameters) =>
        (int)Math.Clamp(ChunkBytes / SealSizes.Ciphertext(parameters, plan.InputLevel, seeded: true), 1, plan.InputCiphertexts);

    /// <summary>Encrypts one point.</summary>
    /// <param name="records">The record in each place; null where there is none.</param>
    /// <returns>The point's chunks.</returns>
    public List<byte[]> Encrypt(IReadOnlyList<HerdRecord?> records)
    {
        var slots = _packer.Pack([.. records.Select(record => record is null
            ? null
            : Enumerable.Range(0, scaling.Features).Select(feature => scaling.Normalize(feature, record.Row[feature])).ToArray())]);
        return [.. slots
            .Select(vector => SealWriter.Write(_encryptor.Encrypt(_encoder.Encode(vector, plan.InputScale, plan.InputLevel)), SealVersion.V44))
            .Chunk(_perChunk)
            .Select(ciphertexts => ciphertexts.SelectMany(bytes => bytes).ToArray())];
    }
}
