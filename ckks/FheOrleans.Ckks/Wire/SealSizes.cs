namespace FheOrleans.Ckks.Wire;

/// <summary>Exact sizes in bytes of objects before compression, for quotas, reports and checks before reading.</summary>
public static class SealSizes
{
    /// <summary>Encryption parameters.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <returns>57 + 24·(number of primes).</returns>
    public static long Parameters(CkksParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return SealFormat.HeaderBytes + 1 + 8 + 8 + (SealFormat.ModulusBytes * (parameters.Primes.Length + 1L));
    }

    /// <summary>A plaintext.</summary>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="level">Its level.</param>
    /// <returns>88 + 8·N·limbs.</returns>
    public static long Plaintext(CkksParameters parameters, int level)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        parameters.RequireLevel(level);
        return SealFormat.PlaintextPrefixBytes + LimbBytes(parameters, level + 1);
    }

    /// <summary>A ciphertext.</summary>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="level">Its level.</param>
    /// <param name="size">Its number of polynomials, 2 to 16.</param>
    /// <param name="seeded">Whether the second polynomial is left out for a seed; size is 2 then.</param>
    /// <param name="version">Version of the headers, of which 3.x has shorter ciphertexts; null means any of 4.x.</param>
    /// <returns>113 + 8·size·N·limbs, or 194 + 8·N·limbs when seeded; 8 less for 3.x.</returns>
    public static long Ciphertext(CkksParameters parameters, int level, int size = 2, bool seeded = false, SealVersion? version = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        parameters.RequireLevel(level);
        ArgumentOutOfRangeException.ThrowIfLessThan(size, Ckks.Ciphertext.MinimumSize);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(size, Ckks.Ciphertext.MaximumSize);
        if (seeded && size != 2) throw new ArgumentException("Only a ciphertext of size 2 can be seeded.", nameof(seeded));
        return Pair(parameters, level + 1, size, seeded, version);
    }

    /// <summary>A public key.</summary>
    /// <param name="parameters">Its parameters.</param>
    /// <param name="seeded">Whether its second polynomial is left out for a seed.</param>
    /// <param name="version">Version of the headers, of which 3.x has shorter ciphertexts; null means any of 4.x.</param>
    /// <returns>The size of a ciphertext over all primes.</returns>
    public static long PublicKey(CkksParameters parameters, bool seeded = true, SealVersion? version = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return Pair(parameters, parameters.Primes.Length, 2, seeded, version);
    }

    /// <summary>Relinearization keys for s².</summary>
    /// <param name="parameters">Their parameters.</param>
    /// <param name="seeded">Whether second polynomials are left out for seeds.</param>
    /// <param name="version">Version of the headers, of which 3.x has shorter ciphertexts; null means any of 4.x.</param>
    /// <returns>The size.</returns>
    public static long RelinearizationKeys(CkksParameters parameters, bool seeded = true, SealVersion? version = null) =>
        SealFormat.KeySwitchPrefixBytes + 8 + KeySwitchKey(parameters, seeded, version);

    /// <summary>Galois keys.</summary>
    /// <param name="parameters">Their parameters.</param>
    /// <param name="keyCount">Number of keys present; each absent one still takes eight bytes.</param>
    /// <param name="seeded">Whether second polynomials are left out for seeds.</param>
    /// <param name="version">Version of the headers, of which 3.x has shorter ciphertexts; null means any of 4.x.</param>
    /// <returns>The size.</returns>
    public static long GaloisKeys(CkksParameters parameters, int keyCount, bool seeded = true, SealVersion? version = null)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentOutOfRangeException.ThrowIfNegative(keyCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(keyCount, parameters.PolynomialDegree);
        return SealFormat.KeySwitchPrefixBytes + (8L * parameters.PolynomialDegree) + (keyCount * KeySwitchKey(parameters, seeded, version));
    }

    /// <summary>The most bytes an object can have as it travels: compressing what cannot be compressed adds a little.</summary>
    /// <param name="uncompressed">Its exact size uncompressed.</param>
    /// <param name="compression">How it is packed.</param>
    /// <returns>The same without compression; else 1/64 and 1 KiB more, which no zlib or zstd exceeds.</returns>
    public static long Longest(long uncompressed, SealCompression compression)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(uncompressed);
        return compression == SealCompression.None ? uncompressed : uncompressed + (uncompressed / 64) + 1024;
    }

    private static long KeySwitchKey(CkksParameters parameters, bool seeded, SealVersion? version) =>
        (parameters.Primes.Length - 1) * PublicKey(parameters, seeded, version);

    internal static long Pair(CkksParameters parameters, int limbs, int size, bool seeded, SealVersion? version) =>
        SealFormat.CiphertextPrefixBytes
        - ((version ?? SealVersion.V44).HasCorrectionFactor ? 0 : SealFormat.CorrectionFactorBytes)
        + (seeded ? LimbBytes(parameters, limbs) + SealFormat.SeedInfoBytes : size * LimbBytes(parameters, limbs));

    private static long LimbBytes(CkksParameters parameters, int limbs) => 8L * parameters.PolynomialDegree * limbs;
}
