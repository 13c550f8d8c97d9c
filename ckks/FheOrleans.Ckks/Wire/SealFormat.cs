namespace FheOrleans.Ckks.Wire;

/// <summary>Constants of SEAL's serialization, and the shapes by which objects are told apart.</summary>
/// <remarks>
/// <code>
///   header   A1 5E | 10 | major | minor | mode | 00 00 | u64 bytes of the whole object as it travels      16 bytes
///   DynArray header | u64 count | count words
///   Plaintext, SecretKey      header | id 32 | u64 count | f64 scale | DynArray                              array at 64
///   Ciphertext, PublicKey     header | id 32 | u8 ntt | u64 size | u64 N | u64 k | f64 scale | u64 1 | DynArray [| seed]
///                             (the u64 1 is BGV's correction factor; headers of 3.x do not have it)
///   RelinKeys, GaloisKeys     header | id 32 | u64 dim1 | dim1 × ( u64 dim2 | dim2 × PublicKey )
/// </code>
/// Mode 1 (zlib) or 2 (zstd) packs all that follows the outermost header into one stream; headers inside have mode 0.
/// </remarks>
internal static class SealFormat
{
    public const int HeaderBytes = 16;
    public const ushort Magic = 0xA15E;
    public const int ModeAt = 5;
    public const int LengthAt = 8;
    public const byte CkksScheme = 2;
    public const int ModulusBytes = HeaderBytes + 8;
    public const int ArrayPrefixBytes = HeaderBytes + 8;
    public const int SeedInfoBytes = HeaderBytes + 1 + Hashing.SeedStream.SeedBytes;
    public const int CiphertextPrefixBytes = HeaderBytes + ParametersId.ByteCount + 1 + (5 * 8) + ArrayPrefixBytes; // 113
    public const int CorrectionFactorBytes = 8; // of these 113
    public const int PlaintextPrefixBytes = HeaderBytes + ParametersId.ByteCount + 8 + 8 + ArrayPrefixBytes; // 88
    public const int KeySwitchPrefixBytes = HeaderBytes + ParametersId.ByteCount + 8; // 56

    /// <summary>Offset of everything after the identifier, in all objects that start with one.</summary>
    public const int AfterId = HeaderBytes + ParametersId.ByteCount;
}
