using System.Buffers.Binary;
using FheOrleans.Ckks.Tests.Support;
using FheOrleans.Ckks.Wire;

namespace FheOrleans.Ckks.Tests.Malformed;

/// <summary>Bytes that are nearly right. Each names the field it breaks; nothing is accepted, and nothing but a typed error comes back.</summary>
public sealed class MalformedObjectTests(KeySet keys) : IClassFixture<KeySet>
{
    private CkksParameters Parameters => keys.Parameters;

    public static TheoryData<string, int, byte[]> CiphertextFaults => new()
    {
        { "header.magic", 0, [0x00] },
        { "header.header_size", 2, [0x00] },
        { "header.version", 3, [0x03, 0x04] },
        { "header.version", 3, [0x03, 0x05] },
        { "data.magic", 3, [0x03, 0x07] }, // whose ciphertexts have no correction factor
        { "header.version", 3, [0x04, 0x05] },
        { "header.version", 3, [0x05, 0x00] },
        { "body", 5, [0x01] },
        { "body", 5, [0x02] },
        { "header.compr_mode", 5, [0x77] },
        { "header.reserved", 6, [0x01] },
        { "header.size", 8, Word(15) },
        { "header.size", 8, Word(16) },
        { "header.size", 8, Word(1UL << 40) },
        { "header.size", 8, Word(ulong.MaxValue) },
        { "parms_id", 16, [0x12, 0x34] },
        { "is_ntt_form", 48, [0x00] },
        { "is_ntt_form", 48, [0x07] },
        { "size", 49, Word(0) },
        { "size", 49, Word(1) },
        { "size", 49, Word(17) },
        { "size", 49, Word(1UL << 62) },
        { "data.size", 49, Word(3) }, // then the data do not fit
        { "poly_modulus_degree", 57, Word(4096) },
        { "poly_modulus_degree", 57, Word(ulong.MaxValue) },
        { "coeff_modulus_size", 65, Word(3) },
        { "coeff_modulus_size", 65, Word(1UL << 61) },
        { "scale", 73, BitConverter.GetBytes(double.NaN) },
        { "scale", 73, BitConverter.GetBytes(double.PositiveInfinity) },
        { "scale", 73, BitConverter.GetBytes(-1.0) },
        { "scale", 73, BitConverter.GetBytes(0.0) },
        { "scale", 73, BitConverter.GetBytes(double.Epsilon) },
        { "scale", 73, BitConverter.GetBytes(1e300) },
        { "correction_factor", 81, Word(2) },
        { "data.magic", 89, [0x00] },
        { "data.version", 93, [0x01] },
        { "data.compr_mode", 94, [0x02] },
        { "data.size", 97, Word(24) },
        { "data.count", 105, Word(1) },
        { "data.count", 105, Word(1UL << 60) },
        { "data", 113, Word(ulong.MaxValue) },
    };

    [Theory]
    [MemberData(nameof(CiphertextFaults))]
    public void ReadCiphertext_OneFieldWrong_NamesIt(string field, int offset, byte[] replacement)
    {
        var bytes = SealWriter.Write(keys.Evaluator.Negate(keys.Encrypt([0.5])), SealVersion.V44);
        replacement.CopyTo(bytes, offset);
        var error = Assert.Throws<WireFormatException>(() => SealReader.ReadCiphertext(Parameters, bytes));
        Assert.Equal("Ciphertext." + field, error.Field);
        Assert.InRange(error.Offset, 0, bytes.Length);
        Assert.Contains($"expected {error.Expected}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadCiphertext_Truncated_RefusedAtEveryLength()
    {
        foreach (var bytes in (byte[][])[SealWriter.Write(keys.Encrypt([0.5], level: 0), SealVersion.V44), SealWriter.Write(keys.Evaluator.Negate(keys.Encrypt([0.5], level: 0)), SealVersion.V44)])
        {
            foreach (var length in Enumerable.Range(0, 130).Concat(Enumerable.Range(bytes.Length - 100, 100)))
            {
                Assert.Throws<WireFormatException>(() => SealReader.ReadCiphertext(Parameters, bytes.AsSpan(0, length)));

                if (length < SealFormat.HeaderBytes) continue;
                var honest = bytes[..length]; // and with a header that admits it
                BinaryPrimitives.WriteInt64LittleEndian(honest.AsSpan(8), length);
                Assert.Throws<WireFormatException>(() => SealReader.ReadCiphertext(Parameters, honest));
            }
        }
    }

    [Fact]
    public void ReadCiphertext_TrailingBytes_RefusedWhateverTheHeaderSays()
    {
        byte[] longer = [.. SealWriter.Write(keys.Encrypt([0.5]), SealVersion.V44), 0];
        Assert.Equal("Ciphertext.header.size", Assert.Throws<WireFormatException>(() => SealReader.ReadCiphertext(Parameters, longer)).Field);
        BinaryPrimitives.WriteInt64LittleEndian(longer.AsSpan(8), longer.Length);
        Assert.Equal("Ciphertext.end", Assert.Throws<WireFormatException>(() => SealReader.ReadCiphertext(Parameters, longer)).Field);
    }

    [Fact]
    public void ReadCiphertext_AWordEqualToItsPrime_RefusedInEveryLimb()
    {
        var bytes = SealWriter.Write(keys.Evaluator.Negate(keys.Encrypt([0.5])), SealVersion.V44);
        for (var limb = 0; limb < 8; limb++)
        {
            var changed = bytes.ToArray();
            var at = SealFormat.CiphertextPrefixBytes + (8 * ((limb * 8192) + 8191));
            BinaryPrimitives.WriteUInt64LittleEndian(changed.AsSpan(at), Parameters.Primes[limb % 4]);
            Assert.Equal("Ciphertext.data", Assert.Throws<WireFormatException>(() => SealReader.ReadCiphertext(Parameters, changed)).Field);
            BinaryPrimitives.WriteUInt64LittleEndian(changed.AsSpan(at), Parameters.Primes[limb % 4] - 1);
            _ = SealReader.ReadCiphertext(Parameters, changed);
        }
    }

    [Theory]
    [InlineData((byte)0)]
    [InlineData((byte)3)]
    [InlineData((byte)9)]
    [InlineData((byte)255)]
    public void ReadCiphertext_UnknownGenerator_Refused(byte generator)
    {
        var bytes = SealWriter.Write(keys.Encrypt([0.5]), SealVersion.V44);
        bytes[^65] = generator;
        Assert.Equal("Ciphertext.seed.prng_type", Assert.Throws<WireFormatException>(() => SealReader.ReadCiphertext(Parameters, bytes)).Field);
    }

    [Fact]
    public void ReadCiphertext_SeededWithSizeThree_Refused()
    {
        var bytes = SealWriter.Write(keys.Encrypt([0.5]), SealVersion.V44);
        Word(3).CopyTo(bytes, 49);
        Assert.Throws<WireFormatException>(() => SealReader.ReadCiphertext(Parameters, bytes));
    }

    [Fact]
    public void ReadCiphertext_PublicKey_SaysSo()
    {
        var error = Assert.Throws<WireFormatException>(() => SealReader.ReadCiphertext(Parameters, SealWriter.Write(keys.PublicKey, SealVersion.V44)));
        Assert.Contains("public key", error.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadPublicKey_Ciphertext_Refused() =>
        Assert.Equal("PublicKey.parms_id", Assert.Throws<WireFormatException>(() => SealReader.ReadPublicKey(Parameters, SealWriter.Write(keys.Encrypt([0.5]), SealVersion.V44))).Field);

    [Fact]
    public void EveryReader_SecretKeyOrPlaintext_RefusedAsSecretWithoutItsBytes()
    {
        byte[][] secrets = [keys.Secret.Export(), SealWriter.Write(keys.Encoder.Encode([0.5], KeySet.Scale), SealVersion.V44), SealWriter.Write(keys.Encoder.Encode([0.5], KeySet.Scale, 0), SealVersion.V44)];
        foreach (var secret in secrets)
        {
            foreach (var bytes in (byte[][])[secret, secret[..1000], [.. secret, 1, 2, 3]]) // whole, cut off, with something behind
            {
                Action[] readers =
                [
                    () => SealReader.ReadCiphertext(Parameters, bytes), () => SealReader.ReadPublicKey(Parameters, bytes),
                    () => SealReader.ReadRelinearizationKeys(Parameters, bytes), () => SealReader.ReadGaloisKeys(Parameters, bytes, [3UL]),
                ];
                foreach (var reader in readers) Assert.Throws<SecretMaterialRefusedException>(reader);
            }
        }
        Assert.Throws<SecretMaterialRefusedException>(() => SealReader.ReadPlaintext(Parameters, secrets[0]));
        byte[] behindACiphertext = [.. SealWriter.Write(keys.Encrypt([0.5]), SealVersion.V44), .. secrets[0]];
        Assert.Throws<SecretMaterialRefusedException>(() => SealReader.ReadCiphertexts(Parameters, behindACiphertext));
    }

    [Fact]
    public void ReadGaloisKeys_OtherElementsThanDeclared_Refused()
    {
        var bytes = SealWriter.Write(keys.Galois, SealVersion.V44);
        ulong[] declared = [.. keys.Galois.Elements];
        var undeclared = Assert.Throws<WireFormatException>(() => SealReader.ReadGaloisKeys(Parameters, bytes, declared[1..]));
        Assert.Contains($"element {declared[0]}", undeclared.Found, StringComparison.Ordinal);
        var absent = Assert.Throws<WireFormatException>(() => SealReader.ReadGaloisKeys(Parameters, bytes, [.. declared, 5]));
        Assert.Contains("[5]", absent.Found, StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => SealReader.ReadGaloisKeys(Parameters, bytes, [2]));
        Assert.Throws<ArgumentOutOfRangeException>(() => SealReader.ReadGaloisKeys(Parameters, bytes, [16385]));
    }

    /// <summary>A key alone at another place is missed at its own; a copy repeats its randomness.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ReadGaloisKeys_KeyMovedOrCopied_Refused(bool copied)
    {
        var generator = new Secrets.KeyGenerator(keys.Secret);
        var first = SealWriter.Write(generator.CreateGaloisKeys([1]), SealVersion.V44);
        var (from, to) = (GaloisElements.FromStep(8192, 1), GaloisElements.FromStep(8192, 4));
        var at = SealFormat.KeySwitchPrefixBytes + (8 * GaloisElements.IndexOf(from));
        var key = first[at..(first.Length - (8 * (8192 - 1 - GaloisElements.IndexOf(from))))];
        byte[] gap = new byte[8 * (GaloisElements.IndexOf(to) - GaloisElements.IndexOf(from) - 1)], rest = new byte[8 * (8192 - 1 - GaloisElements.IndexOf(to))];
        byte[] second = Packing.WithLength([.. first[..at], .. copied ? key : new byte[8], .. gap, .. key, .. rest]);

        var error = Assert.Throws<WireFormatException>(() => SealReader.ReadGaloisKeys(Parameters, second, [from, to]));
        Assert.Contains(copied ? "the random polynomial of an earlier key" : $"no key for Galois elements [{from}]", error.Found, StringComparison.Ordinal);
        if (!copied) Assert.Contains($"element {to}", Assert.Throws<WireFormatException>(() => SealReader.ReadGaloisKeys(Parameters, second, [from])).Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(8193UL)]
    [InlineData(1UL << 34)]
    [InlineData(ulong.MaxValue)]
    public void ReadKeys_HugeDimension_RefusedAtOnce(ulong dimension)
    {
        foreach (var original in (byte[][])[SealWriter.Write(keys.Galois, SealVersion.V44), SealWriter.Write(keys.Relinearization, SealVersion.V44)])
        {
            var outer = original.ToArray();
            Word(dimension).CopyTo(outer, 48);
            Assert.EndsWith("dim1", Assert.Throws<WireFormatException>(() => Read(outer)).Field, StringComparison.Ordinal);
            var inner = original.ToArray();
            Word(dimension).CopyTo(inner, 56);
            Assert.EndsWith("dim2", Assert.Throws<WireFormatException>(() => Read(inner)).Field, StringComparison.Ordinal);
        }

        void Read(byte[] bytes)
        {
            if (bytes.Length == SealSizes.RelinearizationKeys(Parameters)) _ = SealReader.ReadRelinearizationKeys(Parameters, bytes);
            else _ = SealReader.ReadGaloisKeys(Parameters, bytes, keys.Galois.Elements);
        }
    }

    [Fact]
    public void ReadRelinearizationKeys_NestedFaults_Refused()
    {
        var original = SealWriter.Write(keys.Relinearization, SealVersion.V44);
        const int Nested = SealFormat.KeySwitchPrefixBytes + 8;
        Refused(bytes => bytes[Nested + 4] = 1, "version"); // another version inside
        Refused(bytes => bytes[Nested + 5] = 2, "compr_mode"); // compression inside
        Refused(bytes => Word((ulong)SealSizes.PublicKey(Parameters, seeded: false)).CopyTo(bytes, Nested + 8), "key[0]"); // seeded body, full header
        Refused(bytes => Parameters.IdAtLevel(3).CopyTo(bytes.AsSpan(Nested + 16)), "parms_id");
        Refused(bytes => BitConverter.GetBytes(2.0).CopyTo(bytes, Nested + 73), "scale");
        Refused(bytes => Word(3).CopyTo(bytes, Nested + 49), "size");
        Refused(bytes => Word(0).CopyTo(bytes, 56), "dim2");

        void Refused(Action<byte[]> change, string field)
        {
            var bytes = original.ToArray();
            change(bytes);
            var error = Assert.Throws<WireFormatException>(() => SealReader.ReadRelinearizationKeys(Parameters, bytes));
            Assert.Contains(field, error.Field, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ReadParameters_FieldsWrong_Refused()
    {
        var original = SealWriter.Write(Parameters, SealVersion.V44);
        Assert.Equal(Parameters, SealReader.ReadParameters(original));
        Refused(16, [1]); // BFV
        Refused(16, [0]);
        Refused(17, Word(1UL << 40));
        Refused(25, Word(0));
        Refused(25, Word(257));
        Refused(25, Word(ulong.MaxValue));
        Refused(original.Length - 8, Word(1)); // a plain modulus
        Refused(33, [0]);

        void Refused(int offset, byte[] replacement)
        {
            var bytes = original.ToArray();
            replacement.CopyTo(bytes, offset);
            Assert.Throws<WireFormatException>(() => SealReader.ReadParameters(bytes));
        }
    }

    [Fact]
    public void ReadParameters_BeyondTheSecurityTable_Refused()
    {
        var weak = CkksParameters.CreateForVectors(4096, 38, 30, 40);
        Assert.Throws<ParametersException>(() => SealReader.ReadParameters(SealWriter.Write(weak, SealVersion.V44)));
        var bytes = SealWriter.Write(Parameters, SealVersion.V44);
        Word(Parameters.Primes[0] + 16384).CopyTo(bytes, 33 + 16); // another number = 1 mod 2N, and no prime or a prime used twice
        Assert.Throws<ParametersException>(() => SealReader.ReadParameters(bytes));
    }

    [Fact]
    public void ReadGaloisKeys_ManyAbsentKeys_AllocatesLittle()
    {
        // 64 KB of absent keys: nothing may be kept for an index without a key.
        var empty = new byte[SealFormat.KeySwitchPrefixBytes + (8 * 8192)];
        SealWriter.Write(keys.Galois, SealVersion.V44).AsSpan(0, SealFormat.KeySwitchPrefixBytes).CopyTo(empty);
        BinaryPrimitives.WriteInt64LittleEndian(empty.AsSpan(8), empty.Length);
        Assert.Empty(SealReader.ReadGaloisKeys(Parameters, empty, []).Elements);
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = SealReader.ReadGaloisKeys(Parameters, empty, []);
        // A thread's allocation block of 8 KiB counts as a whole when a collection on behalf of others ends it.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 16 << 10);
    }

    private static byte[] Word(ulong value) => BitConverter.GetBytes(value);
}
