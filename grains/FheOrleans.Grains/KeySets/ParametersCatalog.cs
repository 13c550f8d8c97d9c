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

    /// <summary>All that the compiler chooses from: N of 4096 to 32768, at least one prime beside the special one.</summary>
    private static readonly PlatformParameters Offered = new();

    // Honest clients use a handful of sets; one for N = 8192 and five primes takes a megabyte or two.
    private const long KeptBytes = 128 << 20;

    // Four tables of words for each prime: roots of the transform and of its inverse, each with its Shoup quotient.
    private readonly RecentlyUsed<string, CkksParameters> _known = new(
        KeptBytes, parameters => 32L * parameters.PolynomialDegree * parameters.Primes.Length);

    /// <param name="tenant">Whose turn at an intake thread it is, where the bytes are not known yet.</param>
    /// <param name="bytes">SEAL's.</param>
    /// <exception cref="InvalidPayloadException">The bytes are no usable and secure CKKS parameters.</exception>
    internal Task<CkksParameters> ReadAsync(string tenant, byte[] bytes)
    {
        if (bytes.Length > MaximumBytes)
            throw new InvalidPayloadException("parameters", $"{bytes.Length} bytes", $"at most {MaximumBytes}");
        return _known.GetAsync(Convert.ToHexString(SHA256.HashData(bytes)), () => workers.RunAsync(tenant, () => Read(bytes)));
    }

    private static CkksParameters Read(byte[] bytes)
    {
        try
        {
            return SealReader.ReadParameters(bytes, Offered, out _);
        }
        catch (CkksException failure)
        {
            throw failure.ToGrainError("parameters");
        }
    }
}
