using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Tests.Support;
using FheOrleans.Ckks.Wire;

namespace FheOrleans.Ckks.Tests.Contract;

public sealed class SealSizesTests(KeySet keys) : IClassFixture<KeySet>
{
    [Fact]
    public void Sizes_OfEverything_AreWhatIsWritten()
    {
        var parameters = keys.Parameters;
        var evaluator = keys.Evaluator;
        var seeded = keys.Encrypt([1.0], level: 2);
        Assert.Equal(SealSizes.Parameters(parameters), SealWriter.Write(parameters, SealVersion.V44).LongLength);
        Assert.Equal(SealSizes.Ciphertext(parameters, 2, seeded: true), SealWriter.Write(seeded, SealVersion.V44).LongLength);
        Assert.Equal(SealSizes.Ciphertext(parameters, 2), SealWriter.Write(evaluator.Negate(seeded), SealVersion.V44).LongLength);
        Assert.Equal(SealSizes.Ciphertext(parameters, 2, 3), SealWriter.Write(evaluator.Square(seeded), SealVersion.V44).LongLength);
        Assert.Equal(SealSizes.Plaintext(parameters, 3), SealWriter.Write(keys.Encoder.Encode([1.0], KeySet.Scale), SealVersion.V44).LongLength);
        Assert.Equal(SealSizes.PublicKey(parameters), SealWriter.Write(keys.PublicKey, SealVersion.V44).LongLength);
        Assert.Equal(SealSizes.RelinearizationKeys(parameters), SealWriter.Write(keys.Relinearization, SealVersion.V44).LongLength);
        Assert.Equal(SealSizes.GaloisKeys(parameters, 4), SealWriter.Write(keys.Galois, SealVersion.V44).LongLength);
        Assert.Equal(1_311_496 + 56 + 8, SealSizes.RelinearizationKeys(parameters)); // the figure in the format's description
    }

    /// <summary>What all of SEAL 4.x reads: its form is told by the header, and has no correction factor.</summary>
    [Fact]
    public void Write_NoVersion_FormForAnUnknownClient()
    {
        Assert.Equal(SealVersion.V37, SealVersion.ForUnknownClient);
        var ciphertext = keys.Encrypt([1.0]);
        foreach (var (bytes, longest) in ((byte[], long)[])
        [
            (SealWriter.Write(keys.Parameters), SealSizes.Parameters(keys.Parameters)),
            (SealWriter.Write(ciphertext), SealSizes.Ciphertext(keys.Parameters, 3, seeded: true)),
            (SealWriter.Write(keys.PublicKey), SealSizes.PublicKey(keys.Parameters)),
            (SealWriter.Write(keys.Relinearization), SealSizes.RelinearizationKeys(keys.Parameters)),
            (SealWriter.Write(keys.Galois), SealSizes.GaloisKeys(keys.Parameters, 4)),
            (keys.Secret.Export(), keys.Secret.Export(SealVersion.V44).Length),
        ])
        {
            Assert.Equal(new SealHeader(SealVersion.V37, SealCompression.None, bytes.Length), SealReader.ReadHeader(bytes));
            Assert.InRange(bytes.Length, longest - (8 * 16), longest);
        }
        Assert.Equal(SealSizes.Ciphertext(keys.Parameters, 3, seeded: true, version: SealVersion.V37), SealWriter.Write(ciphertext).LongLength);
        Assert.Equal(SealSizes.RelinearizationKeys(keys.Parameters, version: SealVersion.V36), SealWriter.Write(keys.Relinearization).LongLength);
        Assert.Equal(SealSizes.GaloisKeys(keys.Parameters, 4, version: SealVersion.V37), SealWriter.Write(keys.Galois).LongLength);
    }

    [Theory]
    [InlineData(3, 6)]
    [InlineData(3, 7)]
    [InlineData(4, 0)]
    [InlineData(4, 1)]
    [InlineData(4, 4)]
    public void Write_AnyVersion_ReadBackWithThatVersion(byte major, byte minor)
    {
        var version = new SealVersion(major, minor);
        var ciphertext = keys.Encrypt([1.0]);
        var bytes = SealWriter.Write(ciphertext, version);
        var again = SealReader.ReadCiphertext(keys.Parameters, bytes, out var found);
        Assert.Equal(version, found);
        Assert.Equal(ciphertext.Words.ToArray(), again.Words.ToArray());
        _ = SealReader.ReadParameters(SealWriter.Write(keys.Parameters, version), out found);
        Assert.Equal(version, found);
        _ = SealReader.ReadPublicKey(keys.Parameters, SealWriter.Write(keys.PublicKey, version), out found);
        Assert.Equal(version, found);
        _ = SealReader.ReadRelinearizationKeys(keys.Parameters, SealWriter.Write(keys.Relinearization, version), out found);
        Assert.Equal(version, found);
        _ = SealReader.ReadGaloisKeys(keys.Parameters, SealWriter.Write(keys.Galois, version), keys.Galois.Elements, out found);
        Assert.Equal(version, found);
    }

    [Theory]
    [InlineData(3, 5)]
    [InlineData(3, 8)]
    [InlineData(4, 5)]
    [InlineData(5, 0)]
    public void Write_OtherVersion_Throws(byte major, byte minor) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => SealWriter.Write(keys.Parameters, new SealVersion(major, minor)));

    [Fact]
    public void ReadKeys_ThenEvaluate_SameAsTheOriginals()
    {
        var relinearization = SealReader.ReadRelinearizationKeys(keys.Parameters, SealWriter.Write(keys.Relinearization, SealVersion.V44));
        var galois = SealReader.ReadGaloisKeys(keys.Parameters, SealWriter.Write(keys.Galois, SealVersion.V44), keys.Galois.Elements);
        var square = keys.Evaluator.Square(keys.Encrypt([0.5, 0.25]));
        Assert.Equal(keys.Evaluator.Relinearize(square, keys.Relinearization).Words.ToArray(), keys.Evaluator.Relinearize(square, relinearization).Words.ToArray());
        var ciphertext = keys.Encrypt([0.5, 0.25]);
        var rotated = keys.Evaluator.Rotate(ciphertext, 4, keys.Galois);
        Assert.Equal(SealWriter.Write(galois), SealWriter.Write(keys.Galois)); // all as they were read, and one used, so in kernel form
        Assert.Equal(rotated.Words.ToArray(), keys.Evaluator.Rotate(ciphertext, 4, galois).Words.ToArray());
    }

    [Fact]
    public void ReadCiphertexts_SeveralInARow_AllInOrder()
    {
        Ciphertext[] originals = [keys.Encrypt([1.0]), keys.Evaluator.Square(keys.Encrypt([2.0])), keys.Encrypt([3.0], level: 0)];
        byte[] bytes = [.. originals.SelectMany(ciphertext => SealWriter.Write(ciphertext, SealVersion.V44))];
        var read = SealReader.ReadCiphertexts(keys.Parameters, bytes);
        Assert.Equal(originals.Select(c => c.Words.ToArray()), read.Select(c => c.Words.ToArray()));
        Assert.Empty(SealReader.ReadCiphertexts(keys.Parameters, [], out var version));
        Assert.Equal(SealVersion.ForUnknownClient, version);
        byte[] packed = [.. originals.SelectMany((ciphertext, i) => SealWriter.Write(ciphertext, SealVersion.V41, Packing.Modes[i]))];
        Assert.Equal(originals.Select(c => c.Words.ToArray()), SealReader.ReadCiphertexts(keys.Parameters, packed, out version).Select(c => c.Words.ToArray()));
        Assert.Equal(SealVersion.V41, version);
        Assert.Throws<WireFormatException>(() => SealReader.ReadCiphertexts(keys.Parameters, [.. bytes, .. packed])); // two versions
        Assert.Throws<WireFormatException>(() => SealReader.ReadCiphertexts(keys.Parameters, bytes.AsSpan(0, bytes.Length - 1)));
        Assert.Throws<WireFormatException>(() => SealReader.ReadCiphertexts(keys.Parameters, [.. bytes, 0]));
    }

    [Fact]
    public void Inspect_EveryKind_FromItsFirstBytes()
    {
        Assert.Equal(SealObjectKind.Parameters, Kind(SealWriter.Write(keys.Parameters, SealVersion.V44)));
        Assert.Equal(SealObjectKind.Ciphertext, Kind(SealWriter.Write(keys.Encrypt([1.0]), SealVersion.V44)));
        Assert.Equal(SealObjectKind.Ciphertext, Kind(SealWriter.Write(keys.Evaluator.Square(keys.Encrypt([1.0], level: 2)), SealVersion.V44)));
        Assert.Equal(SealObjectKind.PublicKey, Kind(SealWriter.Write(keys.PublicKey, SealVersion.V44)));
        Assert.Equal(SealObjectKind.KeySwitchKeys, Kind(SealWriter.Write(keys.Relinearization, SealVersion.V44)));
        Assert.Equal(SealObjectKind.KeySwitchKeys, Kind(SealWriter.Write(keys.Galois, SealVersion.V44)));
        Assert.Equal(SealObjectKind.PlaintextOrSecretKey, Kind(keys.Secret.Export()));
        Assert.Equal(SealObjectKind.PlaintextOrSecretKey, Kind(SealWriter.Write(keys.Encoder.Encode([1.0], KeySet.Scale, 1), SealVersion.V44)));
        Assert.Equal(SealObjectKind.Unknown, Kind("time,animal,yield\n1,2,3"u8.ToArray()));
        Assert.Equal(SealObjectKind.Unknown, Kind([]));

        using var other = SecretKey.Generate(CkksParameters.Create(4096, 36, 30, 40));
        Assert.Equal(SealObjectKind.PlaintextOrSecretKey, Kind(other.Export())); // of any parameters

        SealObjectKind Kind(byte[] bytes) => SealReader.Inspect(bytes.AsSpan(0, Math.Min(96, bytes.Length)), keys.Parameters);
    }
}
