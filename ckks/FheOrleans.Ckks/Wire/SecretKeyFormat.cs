using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Encryption;
using FheOrleans.Ckks.Wire.Compression;

namespace FheOrleans.Ckks.Wire;

/// <summary>The bytes of a SEAL <c>SecretKey</c>: a plaintext at key level. Only the assembly of secrets uses this.</summary>
internal static class SecretKeyFormat
{
    public static byte[] Write(CkksParameters parameters, ReadOnlySpan<ulong> words, SealVersion? version = null)
    {
        var writer = SealWriter.Start(SealFormat.PlaintextPrefixBytes + (8L * words.Length), version, out var bytes);
        SealWriter.PlaintextBody(ref writer, parameters.KeyId, 1.0, words);
        writer.End();
        return bytes;
    }

    /// <summary>Reads and checks that the coefficients are -1, 0, 1 and the same modulo every prime.</summary>
    public static void Read(CkksParameters parameters, ReadOnlySpan<byte> bytes, Span<ulong> words)
    {
        using var packed = BodyDecompressor.For(bytes, "SecretKey");
        var reader = WireReader.Open(bytes, packed, "SecretKey");
        var id = reader.Id();
        if (id != parameters.KeyId)
            throw reader.Fault("parms_id", ParametersId.ByteCount, $"{id}", $"{parameters.KeyId}, the key level of {parameters}");
        SealReader.PlaintextBody(ref reader, parameters, level: null, words);
        if (!IsTernary(parameters.Context, words))
            throw reader.Fault("data", 8 * words.Length, "coefficients that are not those of a key", "-1, 0 and 1, the same modulo every prime");
    }

    /// <summary>With u = coefficient + 1: u is 0, 1 or 2 modulo every prime, and the same. The time shows nothing but the answer.</summary>
    private static bool IsTernary(RnsContext context, ReadOnlySpan<ulong> words)
    {
        var n = context.Degree;
        using var scratch = new SecretScratch(2 * n * 8);
        var reference = scratch.Words[..n];
        var limb = scratch.Words[n..];
        ulong faults = 0;
        for (var j = 0; j < context.Moduli.Length; j++)
        {
            words.Slice(j * n, n).CopyTo(limb);
            context.Transforms[j].Inverse(limb);
            LimbKernels.AddConstant(limb, 1, limb, context.Moduli[j]);
            if (j == 0) limb.CopyTo(reference);
            for (var i = 0; i < n; i++) faults |= (limb[i] ^ reference[i]) | (2 - limb[i]) >> 63;
        }
        return faults == 0;
    }
}
