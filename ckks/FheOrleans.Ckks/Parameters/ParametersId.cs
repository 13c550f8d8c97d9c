using System.Buffers.Binary;
using FheOrleans.Ckks.Hashing;

namespace FheOrleans.Ckks;

/// <summary>
/// SEAL's <c>parms_id</c>: 32 bytes that name a polynomial degree and a list of primes, so one for each level and one for keys.
/// </summary>
public readonly struct ParametersId : IEquatable<ParametersId>
{
    /// <summary>Length in bytes.</summary>
    public const int ByteCount = 32;

    private const ulong CkksScheme = 2;

    private readonly ulong _word0;
    private readonly ulong _word1;
    private readonly ulong _word2;
    private readonly ulong _word3;

    /// <summary>Reads an identifier.</summary>
    /// <param name="bytes">Exactly 32 bytes.</param>
    /// <exception cref="ArgumentException">Another number of bytes.</exception>
    public ParametersId(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != ByteCount) throw new ArgumentException($"A parameters id has {ByteCount} bytes, not {bytes.Length}.", nameof(bytes));
        _word0 = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        _word1 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]);
        _word2 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]);
        _word3 = BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]);
    }

    /// <summary>Writes the 32 bytes.</summary>
    /// <param name="destination">At least 32 bytes.</param>
    /// <exception cref="ArgumentException">The destination is shorter.</exception>
    public void CopyTo(Span<byte> destination)
    {
        if (destination.Length < ByteCount)
            throw new ArgumentException($"A parameters id needs {ByteCount} bytes, not {destination.Length}.", nameof(destination));
        BinaryPrimitives.WriteUInt64LittleEndian(destination, _word0);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[8..], _word1);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[16..], _word2);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[24..], _word3);
    }

    /// <summary>Whether both are the same 32 bytes.</summary>
    /// <param name="other">The other identifier.</param>
    /// <returns>True when equal.</returns>
    public bool Equals(ParametersId other) =>
        _word0 == other._word0 && _word1 == other._word1 && _word2 == other._word2 && _word3 == other._word3;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ParametersId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_word0, _word1, _word2, _word3);

    /// <summary>The 32 bytes as 64 lower-case hexadecimal digits.</summary>
    /// <returns>64 digits.</returns>
    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[ByteCount];
        CopyTo(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    /// <summary>Whether both are the same 32 bytes.</summary>
    /// <param name="left">One identifier.</param>
    /// <param name="right">Another.</param>
    /// <returns>True when equal.</returns>
    public static bool operator ==(ParametersId left, ParametersId right) => left.Equals(right);

    /// <summary>Whether the identifiers differ.</summary>
    /// <param name="left">One identifier.</param>
    /// <param name="right">Another.</param>
    /// <returns>True when they differ.</returns>
    public static bool operator !=(ParametersId left, ParametersId right) => !left.Equals(right);

    /// <summary>BLAKE2b-256 over the words scheme, N, q_0 .. q_(k-1), plain modulus (0), each little-endian.</summary>
    internal static ParametersId Compute(int polynomialDegree, ReadOnlySpan<ulong> primes)
    {
        var message = new byte[8 * (primes.Length + 3)];
        BinaryPrimitives.WriteUInt64LittleEndian(message, CkksScheme);
        BinaryPrimitives.WriteUInt64LittleEndian(message.AsSpan(8), (ulong)polynomialDegree);
        for (var j = 0; j < primes.Length; j++)
            BinaryPrimitives.WriteUInt64LittleEndian(message.AsSpan(8 * (j + 2)), primes[j]);
        Span<byte> digest = stackalloc byte[ByteCount];
        Blake2b.Hash(message, digest);
        return new ParametersId(digest);
    }
}
