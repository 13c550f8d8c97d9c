using System.Buffers.Binary;
using System.IO.Compression;
using FheOrleans.Ckks.Tests.Support;
using FheOrleans.Ckks.Wire;
using FheOrleans.Ckks.Wire.Compression;

namespace FheOrleans.Ckks.Tests.Malformed;

/// <summary>Compressed bodies that are cut, damaged, followed by something, too short to be true, or hold what may not be there.</summary>
public sealed class CompressedObjectTests(KeySet keys) : IClassFixture<KeySet>
{
    public static TheoryData<SealCompression> Packed => [SealCompression.Zlib, SealCompression.Zstd];

    private CkksParameters Parameters => keys.Parameters;

    [Theory]
    [MemberData(nameof(Packed))]
    public void ReadCiphertext_StreamCutOff_Refused(SealCompression mode)
    {
        var bytes = SealWriter.Write(keys.Encrypt([0.5], level: 0), SealVersion.V41, mode);
        foreach (var length in Enumerable.Range(16, 100).Concat(Enumerable.Range(bytes.Length - 100, 100)))
        {
            var cut = Packing.WithLength(bytes[..length]);
            Assert.Throws<WireFormatException>(() => SealReader.ReadCiphertext(Parameters, cut));
        }
        Assert.Equal("Ciphertext.body", Refused(Packing.WithLength(bytes[..^1])).Field);
    }

    [Theory]
    [MemberData(nameof(Packed))]
    public void ReadCiphertext_BytesBehindTheStream_Refused(SealCompression mode)
    {
        var bytes = SealWriter.Write(keys.Encrypt([0.5]), SealVersion.V41, mode);
        byte[][] tails = [[0], [0x78, 0x9C], bytes[16..], new byte[10_000], [0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0]]; // the last: a frame to be skipped
        foreach (var tail in tails)
        {
            var error = Refused(Packing.WithLength([.. bytes, .. tail]));
            Assert.Equal("Ciphertext.body", error.Field);
            Assert.Contains("behind the compressed stream", error.Found, StringComparison.Ordinal);
            Assert.Equal("Ciphertext.header.size", Refused([.. bytes, .. tail]).Field);
        }
    }

    [Theory]
    [MemberData(nameof(Packed))]
    public void ReadCiphertext_BytesBehindTheObjectInsideTheStream_Refused(SealCompression mode)
    {
        var bytes = SealWriter.Write(keys.Encrypt([0.5]), SealVersion.V41);
        foreach (var tail in (byte[][])[[0], new byte[100_000], bytes])
            Assert.Equal("Ciphertext.end", Refused(Packing.Pack([.. bytes, .. tail], mode)).Field);
    }

    [Theory]
    [MemberData(nameof(Packed))]
    public void ReadRelinearizationKeys_NestedCompression_Refused(SealCompression mode)
    {
        var bytes = SealWriter.Write(keys.Relinearization, SealVersion.V41);
        const int NestedMode = SealFormat.KeySwitchPrefixBytes + 8 + SealFormat.ModeAt;
        bytes[NestedMode] = (byte)mode;
        Assert.Equal("RelinKeys.key[0].compr_mode", Assert.Throws<WireFormatException>(() => SealReader.ReadRelinearizationKeys(Parameters, bytes)).Field);
        Assert.Equal("RelinKeys.key[0].compr_mode", Assert.Throws<WireFormatException>(() => SealReader.ReadRelinearizationKeys(Parameters, Packing.Pack(bytes, mode))).Field);
    }

    [Fact]
    public void ReadCiphertext_WrongChecksum_Refused()
    {
        var bytes = SealWriter.Write(keys.Encrypt([0.5]), SealVersion.V41, SealCompression.Zlib);
        bytes[^1] ^= 1;
        Assert.Equal("Ciphertext.body", Refused(bytes).Field);
    }

    [Fact]
    public void ReadCiphertext_OtherKindsOfStream_Refused()
    {
        var plain = SealWriter.Write(keys.Encrypt([0.5]), SealVersion.V41);
        using var raw = new MemoryStream();
        using (var deflate = new DeflateStream(raw, CompressionLevel.Fastest, leaveOpen: true)) deflate.Write(plain.AsSpan(16));
        using var gzipped = new MemoryStream();
        using (var gzip = new GZipStream(gzipped, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(plain.AsSpan(16));
        foreach (var (stream, mode) in ((byte[], SealCompression)[])
        [
            (raw.ToArray(), SealCompression.Zlib), (gzipped.ToArray(), SealCompression.Zlib),
            ([0x78, 0xBB, 0, 0, 0, 1, 3, 0, 0, 0, 0, 1], SealCompression.Zlib), // asks for a dictionary
            (raw.ToArray(), SealCompression.Zstd), ([], SealCompression.Zlib), ([], SealCompression.Zstd),
            ([0x50, 0x2A, 0x4D, 0x18, 0, 0, 0, 0, .. Frame(plain.AsSpan(16), 20)], SealCompression.Zstd), // begins with a frame to be skipped
            ([0x28, 0xB5, 0x2F, 0xFD, 0x01, 0x50, 0x07, .. Frame(plain.AsSpan(16), 20).AsSpan(6)], SealCompression.Zstd), // names a dictionary
        ])
        {
            byte[] bytes = Packing.WithLength([.. plain[..16], .. stream]);
            bytes[SealFormat.ModeAt] = (byte)mode;
            Assert.Equal("Ciphertext.body", Refused(bytes).Field);
        }
    }

    /// <summary>SEAL 4.4 draws the line at the same place.</summary>
    [Theory]
    [InlineData(20, true)]
    [InlineData(23, true)]
    [InlineData(24, false)]
    [InlineData(31, false)]
    [InlineData(41, false)]
    public void ReadCiphertext_ZstdWindow_UpToEightMegabytes(int windowLog, bool accepted)
    {
        var ciphertext = keys.Encrypt([0.5]);
        var plain = SealWriter.Write(ciphertext, SealVersion.V44);
        var bytes = Packing.WithLength([.. plain[..16], .. Frame(plain.AsSpan(16), windowLog)]); // and without a content size
        bytes[SealFormat.ModeAt] = (byte)SealCompression.Zstd;
        if (accepted) Assert.Equal(ciphertext.Words.ToArray(), SealReader.ReadCiphertext(Parameters, bytes).Words.ToArray());
        else Assert.Contains("window", Refused(bytes).Found, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Packed))]
    public void ReadCiphertext_ShorterThanItsInformation_RefusedBeforeMemoryIsTaken(SealCompression mode)
    {
        var zeros = new byte[SealSizes.Ciphertext(Parameters, 3, 16)]; // 4 MiB
        SealWriter.Write(keys.Evaluator.Negate(keys.Encrypt([0.5])), SealVersion.V44).AsSpan(0, 113).CopyTo(zeros);
        zeros[49] = 16;
        BinaryPrimitives.WriteInt64LittleEndian(zeros.AsSpan(97), zeros.Length - 89);
        BinaryPrimitives.WriteInt64LittleEndian(zeros.AsSpan(105), (zeros.Length - 113) / 8);
        _ = SealReader.ReadCiphertext(Parameters, Packing.WithLength(zeros)); // as such it is well formed
        var packed = Packing.Pack(zeros, mode);
        _ = Refused(packed);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Refused(packed);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 64 << 10);
        Assert.Contains("compressed bytes", error.Found, StringComparison.Ordinal);
        Assert.Throws<WireFormatException>(() => SealReader.ReadCiphertexts(Parameters, [.. packed, .. packed, .. packed]));
    }

    /// <summary>What does not compress must still fit its own bound: residues that use all their bits.</summary>
    [Fact]
    public void Read_LargestPrimes_CompressedObjectsPassTheirBound()
    {
        var parameters = CkksParameters.CreateForVectors(64, 60, 60, 21, 60);
        using var secret = Secrets.SecretKey.Generate(parameters);
        var generator = new Secrets.KeyGenerator(secret);
        foreach (var mode in Packing.Modes)
        {
            for (var i = 0; i < 50; i++) _ = SealReader.ReadPublicKey(parameters, SealWriter.Write(generator.CreatePublicKey(), SealVersion.V44, mode));
            var written = SealWriter.Write(generator.CreateRelinearizationKeys(), SealVersion.V44, mode);
            _ = SealReader.ReadRelinearizationKeys(parameters, written);
            Assert.InRange(written.Length, 0, SealSizes.Longest(SealSizes.RelinearizationKeys(parameters), mode));
        }
    }

    [Theory]
    [MemberData(nameof(Packed))]
    public void EveryReader_CompressedSecret_RefusedAsSecret(SealCompression mode)
    {
        byte[][] secrets = [Packing.Pack(keys.Secret.Export(), mode), SealWriter.Write(keys.Encoder.Encode([0.5], KeySet.Scale), null, mode)];
        foreach (var secret in secrets)
        {
            Assert.Equal(SealObjectKind.PlaintextOrSecretKey, SealReader.Inspect(secret, Parameters));
            foreach (var bytes in (byte[][])[secret, [.. secret, 1, 2, 3], secret[..^1]])
            {
                Action[] readers =
                [
                    () => SealReader.ReadCiphertext(Parameters, bytes), () => SealReader.ReadPublicKey(Parameters, bytes),
                    () => SealReader.ReadRelinearizationKeys(Parameters, bytes), () => SealReader.ReadGaloisKeys(Parameters, bytes, [3UL]),
                ];
                foreach (var reader in readers) Assert.Throws<SecretMaterialRefusedException>(reader);
            }
        }
        using var again = Secrets.SecretKey.Import(Parameters, secrets[0]);
        Assert.Equal(keys.Secret.Export(), again.Export());
        Assert.Throws<SecretMaterialRefusedException>(() => SealReader.ReadPlaintext(Parameters, secrets[0]));
    }

    [Theory]
    [MemberData(nameof(Packed))]
    public void Inspect_CompressedObjects_TheirKinds(SealCompression mode)
    {
        Assert.Equal(SealObjectKind.Parameters, Kind(SealWriter.Write(Parameters, SealVersion.V37, mode)));
        Assert.Equal(SealObjectKind.Ciphertext, Kind(SealWriter.Write(keys.Encrypt([1.0]), SealVersion.V37, mode)));
        Assert.Equal(SealObjectKind.PublicKey, Kind(SealWriter.Write(keys.PublicKey, SealVersion.V37, mode)));
        Assert.Equal(SealObjectKind.KeySwitchKeys, Kind(SealWriter.Write(keys.Relinearization, SealVersion.V37, mode)));
        Assert.Equal(SealObjectKind.KeySwitchKeys, Kind(SealWriter.Write(keys.Galois, SealVersion.V37, mode)));
        Assert.Equal(SealObjectKind.Unknown, Kind(SealWriter.Write(keys.PublicKey, SealVersion.V37, mode)[..20]));

        SealObjectKind Kind(byte[] bytes) => SealReader.Inspect(bytes, Parameters);
    }

    [Fact]
    public void Zstd_WithoutALibrary_TypedErrorWithTheRemedy()
    {
        var error = Assert.Throws<CompressionUnavailableException>(() => ZstdLibrary.Load("libnothing-of-this-name.so.1"));
        Assert.Equal(SealCompression.Zstd, error.Compression);
        Assert.Contains("libnothing-of-this-name.so.1", error.Message, StringComparison.Ordinal);
        Assert.Contains("Install the system's libzstd", error.Message, StringComparison.Ordinal);
    }

    private WireFormatException Refused(byte[] bytes) => Assert.Throws<WireFormatException>(() => SealReader.ReadCiphertext(Parameters, bytes));

    /// <summary>A zstd frame of raw blocks with a window of any size and no content size. RFC 8878, 3.1.1.</summary>
    private static byte[] Frame(ReadOnlySpan<byte> content, int windowLog)
    {
        const int BlockBytes = 100_000;
        using var frame = new MemoryStream();
        frame.Write([0x28, 0xB5, 0x2F, 0xFD, 0x00, (byte)((windowLog - 10) << 3)]);
        for (var at = 0; at < content.Length; at += BlockBytes)
        {
            var block = content[at..Math.Min(content.Length, at + BlockBytes)];
            var header = (block.Length << 3) | (at + BlockBytes >= content.Length ? 1 : 0);
            frame.Write([(byte)header, (byte)(header >> 8), (byte)(header >> 16)]);
            frame.Write(block);
        }
        return frame.ToArray();
    }
}
