using System.Security.Cryptography;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Wire;
using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Workers;

namespace FheOrleans.Grains.KeySets;

/// <summary>CKKS parameters read from their bytes; equal bytes share one object with its transform tables, whoever sent them.</summary>
internal sealed class ParametersCatalog(IntakeWorkers workers)
{
    /// <summary>More than the longest legal parameters take: 64 primes.</summary>
    private const int MaximumBytes = 2048;

    // A set of tables is some megabytes; honest clients use a handful of sets.
    private const int Kept = 16;

    private readonly RecentlyUsed<string, CkksParameters> _known = new(Kept, _ => 1);

    /// <exception cref="InvalidPayloadException">The bytes are no usable and secure CKKS parameters.</exception>
    internal Task<CkksParameters> ReadAsync(byte[] bytes)
    {
        if (bytes.Length > MaximumBytes) throw new InvalidPayloadException("parameters", $"{bytes.Length} bytes", $"at most {MaximumBytes}");
        return _known.GetAsync(Convert.ToHexString(SHA256.HashData(bytes)), () => workers.RunAsync(() => Read(bytes)));
    }

    private static CkksParameters Read(byte[] bytes)
    {
        try
        {
            return SealReader.ReadParameters(bytes);
        }
        catch (CkksException failure)
        {
            throw failure.ToGrainError("parameters");
        }
    }
}
