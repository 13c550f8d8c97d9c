using System.Globalization;
using System.Security.Cryptography;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Wire;
using FheOrleans.Grains.Models;
using FheOrleans.Grains.Storage;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Grains.Datasets;

/// <summary>What a declaration must satisfy, and what a chunk must hold to satisfy its declaration.</summary>
internal static class ChunkChecks
{
    /// <exception cref="InvalidPayloadException">A value does not fit the parameters.</exception>
    /// <exception cref="LimitExceededException">A count is over its limit.</exception>
    internal static void Check(DatasetDeclaration declaration, CkksParameters parameters, FheGrainsOptions limits)
    {
        Between("batches", declaration.Batches, limits.MaximumChunksPerDataset);
        Between("ciphertexts per batch", declaration.CiphertextsPerBatch, limits.MaximumCiphertextsPerBatch);
        Between("ciphertexts per chunk", declaration.CiphertextsPerChunk, declaration.CiphertextsPerBatch);
        if (declaration.ChunkCount > limits.MaximumChunksPerDataset)
            throw new LimitExceededException("chunks of a dataset", declaration.ChunkCount, limits.MaximumChunksPerDataset);
        if (declaration.Level < 0 || declaration.Level > parameters.MaximumLevel)
            throw new InvalidPayloadException("level", $"{declaration.Level}", $"0 to {parameters.MaximumLevel}");
        if (!double.IsNormal(declaration.Scale) || declaration.Scale < 1 || Math.ILogB(declaration.Scale) >= parameters.ModulusBitsAtLevel(declaration.Level))
        {
            throw new InvalidPayloadException(
                "scale", Text(declaration.Scale), $"1 to 2^{parameters.ModulusBitsAtLevel(declaration.Level)}");
        }
        if (CircuitCache.ReadForm(declaration.Form).Layout == CircuitLayout.Live)
            throw new InvalidPayloadException("form", "live", "a form of datasets (points of a live forecast belong to a subscription)");
        if (declaration.Label is not { Length: <= Limits.LabelLength })
            throw new InvalidPayloadException("label", $"{declaration.Label?.Length ?? 0} characters", $"at most {Limits.LabelLength}");
        var smallest = declaration.CiphertextsPerChunk * SealSizes.Ciphertext(parameters, declaration.Level, size: 2, seeded: true);
        if (smallest > Limits.ChunkBytes) throw new LimitExceededException("chunk bytes", smallest, Limits.ChunkBytes);
    }

    /// <summary>Refuses a chunk of a length that the declared ciphertexts cannot have, before anything is read.</summary>
    /// <exception cref="InvalidPayloadException">The length is impossible.</exception>
    internal static void CheckLength(DatasetDeclaration declaration, CkksParameters parameters, int index, int length)
    {
        var count = declaration.CiphertextsIn(index);
        // The longest form: not seeded, and compressed in vain. The shortest is the engine's to say, which knows how far residues can be packed.
        var full = SealSizes.Longest(SealSizes.Ciphertext(parameters, declaration.Level), SealCompression.Zlib);
        var most = Math.Min(count * full, Limits.ChunkBytes);
        if (length == 0 || length > most)
            throw new InvalidPayloadException($"length of chunk {index}", $"{length} bytes", $"1 to {most} for {count} ciphertexts");
    }

    /// <summary>Reads a chunk whole and checks every ciphertext.</summary>
    /// <returns>Its SHA-256.</returns>
    /// <exception cref="FheOrleansException">It does not hold the declared ciphertexts.</exception>
    internal static byte[] Check(DatasetDeclaration declaration, CkksParameters parameters, int index, byte[] chunk)
    {
        var expected = $"the ciphertexts of chunk {index}";
        try
        {
            var ciphertexts = SealReader.ReadCiphertexts(parameters, chunk);
            var count = declaration.CiphertextsIn(index);
            if (ciphertexts.Count != count) throw new InvalidPayloadException(expected, $"{ciphertexts.Count} ciphertexts", $"{count}");
            foreach (var ciphertext in ciphertexts)
            {
                if (ciphertext.Size != 2) throw new InvalidPayloadException(expected, $"size {ciphertext.Size}", "size 2");
                if (ciphertext.Level != declaration.Level)
                    throw new InvalidPayloadException(expected, $"level {ciphertext.Level}", $"level {declaration.Level}");
                if (ciphertext.Scale != declaration.Scale)
                    throw new InvalidPayloadException(expected, $"scale {Text(ciphertext.Scale)}", $"scale {Text(declaration.Scale)}");
            }
            return SHA256.HashData(chunk);
        }
        catch (CkksException failure)
        {
            throw failure.ToGrainError(expected);
        }
    }

    private static void Between(string field, int value, int most)
    {
        if (value < 1) throw new InvalidPayloadException(field, $"{value}", "1 or more");
        if (value > most) throw new LimitExceededException(field, value, most);
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
