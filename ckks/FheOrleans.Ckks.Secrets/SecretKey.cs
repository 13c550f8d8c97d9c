using System.Runtime.InteropServices;
using System.Security.Cryptography;
using FheOrleans.Ckks.Encryption;
using FheOrleans.Ckks.Wire;

namespace FheOrleans.Ckks.Secrets;

/// <summary>
/// A data owner's secret key: a polynomial with coefficients -1, 0, 1. It never leaves the data owner's process except through
/// <see cref="Export"/>, and is overwritten with zeros on disposal.
/// </summary>
/// <remarks>
/// Kept transformed modulo every prime, in memory that the garbage collector does not move and so does not copy. Safe for concurrent use:
/// what is at work with the key while it is disposed of throws, and gives nothing that was made with zeros in the key's place.
/// </remarks>
public sealed class SecretKey : IDisposable
{
    private readonly ulong[] _words;
    private int _isDisposed; // 0 or 1

    private SecretKey(CkksParameters parameters)
    {
        Parameters = parameters;
        _words = GC.AllocateArray<ulong>(parameters.Primes.Length * parameters.PolynomialDegree, pinned: true);
    }

    /// <summary>The parameters it was made for.</summary>
    public CkksParameters Parameters { get; }

    /// <summary>Residues of all primes, transformed.</summary>
    internal ReadOnlySpan<ulong> Words
    {
        get
        {
            RequireAlive();
            return _words;
        }
    }

    /// <summary>A new random key.</summary>
    /// <param name="parameters">The parameters to make it for.</param>
    /// <returns>The key; dispose of it.</returns>
    public static SecretKey Generate(CkksParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var key = new SecretKey(parameters);
        using var coefficients = new SecretScratch(parameters.PolynomialDegree);
        SecretSampling.Ternary(coefficients.Small);
        SecretSampling.ToTransformedLimbs(coefficients.Small, parameters.Context, key._words);
        return key;
    }

    /// <summary>
    /// The bytes of a SEAL <c>SecretKey</c>, uncompressed, so that no compressor keeps a piece of it. Protect them: whoever has them reads
    /// everything.
    /// </summary>
    /// <param name="version">Version for the headers; null means 3.7, which all of SEAL 4.x reads.</param>
    /// <returns>88 + 8·N·(number of primes) bytes. Overwrite them after use.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The version is not supported.</exception>
    /// <exception cref="ObjectDisposedException">The key was disposed of.</exception>
    public byte[] Export(SealVersion? version = null)
    {
        var bytes = SecretKeyFormat.Write(Parameters, Words, version);
        RequireAlive();
        return bytes;
    }

    /// <summary>Reads the bytes of a SEAL <c>SecretKey</c>, in any compression mode.</summary>
    /// <param name="parameters">The parameters it was made for.</param>
    /// <param name="bytes">What <see cref="Export"/> or SEAL wrote.</param>
    /// <returns>The key; dispose of it.</returns>
    /// <exception cref="WireFormatException">The bytes are not a ternary secret key for these parameters.</exception>
    /// <exception cref="CompressionUnavailableException">They are a zstd object and there is no libzstd.</exception>
    public static SecretKey Import(CkksParameters parameters, ReadOnlySpan<byte> bytes)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var key = new SecretKey(parameters);
        try
        {
            SecretKeyFormat.Read(parameters, bytes, key._words);
            return key;
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Overwrites the key with zeros.</summary>
    public void Dispose()
    {
        // Said before it is done, with a full fence between: whoever read a zero sees it said.
        if (Interlocked.Exchange(ref _isDisposed, 1) != 0) return;
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(_words.AsSpan()));
    }

    /// <summary>
    /// To be called again when all of the key has been read: an encryption under zeros would be no encryption.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The key was disposed of.</exception>
    internal void RequireAlive()
    {
        Interlocked.MemoryBarrier(); // what was read of the key before is not read later
        ObjectDisposedException.ThrowIf(Volatile.Read(ref _isDisposed) != 0, this);
    }

    internal ReadOnlySpan<ulong> Limb(int prime) => Words.Slice(prime * Parameters.PolynomialDegree, Parameters.PolynomialDegree);
}
