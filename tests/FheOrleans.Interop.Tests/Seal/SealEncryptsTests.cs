using FheOrleans.Ckks;
using FheOrleans.Ckks.Wire;
using FheOrleans.Interop.Tests.Support;
using Xunit.Abstractions;

namespace FheOrleans.Interop.Tests.Seal;

/// <summary>A client with Microsoft SEAL: it makes parameters and keys, encrypts and decrypts; between, this engine evaluates.</summary>
public class SealEncryptsTests(ITestOutputHelper output)
{
    private const int Degree = 8192;
    private const int Step = -2;
    private static readonly int[] Bits = [45, 38, 38, 38, 45];
    private static readonly double Scale = Math.Pow(2, 38);

    // Measured: 1e-7 after a rotation, whose special prime is no larger than the first prime, 5e-8 otherwise. Ten times that is left for
    // chance; a wrong key, scale or rotation is off by 1 and more.
    private const double Tolerance = 1e-6;

    [SealTheory]
    [InlineData(SealCompression.None), InlineData(SealCompression.Zlib), InlineData(SealCompression.Zstd)]
    public async Task Evaluate_WhatSealEncrypted_SealDecryptsTheRightNumbers(SealCompression mode)
    {
        await using var seal = new SealDriver();
        var made = await seal.MakeAsync(Degree, Bits, [1, Step, 0], mode); // 0 is SEAL's word for conjugation.
        Assert.All(
            new[] { made.Parameters, made.PublicKey, made.FullPublicKey, made.RelinearizationKeys, made.GaloisKeys! },
            item => Assert.Equal((SealVersion.V41, mode, item.LongLength), Head(item)));

        var parameters = SealReader.ReadParameters(made.Parameters, out var version);
        Assert.Equal((SealVersion.V41, CkksParameters.Create(Degree, Bits)), (version, parameters));
        var (relinearization, galois) = ReadKeys(parameters, made);
        var (x, y) = (Slots.Random(1, Degree / 2), Slots.Random(2, Degree / 2));
        var a = SealReader.ReadCiphertext(parameters, await seal.EncryptAsync(x, Scale, seeded: true, mode));
        var b = SealReader.ReadCiphertext(parameters, await seal.EncryptAsync(y, Scale, seeded: false, mode));
        Assert.Equal((true, false), (a.IsSeeded, b.IsSeeded));

        var evaluator = new Evaluator(parameters);
        var product = evaluator.Multiply(a, b);
        var relinearized = evaluator.Relinearize(product, relinearization);
        double[] times = [.. x.Zip(y, (left, right) => left * right)];
        foreach (var reply in new[] { version, SealVersion.ForUnknownClient })
        {
            await SameAsync("as it came", a, x);
            await SameAsync("add", evaluator.Add(a, b), [.. x.Zip(y, (left, right) => left + right)]);
            await SameAsync("multiply", product, times);
            await SameAsync("relinearize", relinearized, times);
            await SameAsync("rescale", evaluator.Rescale(relinearized), times);
            await SameAsync("rotate", evaluator.Rotate(a, Step, galois), Slots.Rotate(x, Step));
            await SameAsync("conjugate", evaluator.Conjugate(b, galois), y);
            await SameAsync("drop a level", evaluator.DropLevel(b, b.Level - 1), y);

            async Task SameAsync(string what, Ciphertext result, double[] expected)
            {
                var difference = Slots.LargestDifference(expected, await seal.DecryptAsync(SealWriter.Write(result, reply, mode)));
                output.WriteLine($"{mode}, header {reply}, {what}: {difference:0.0e+0}");
                Assert.InRange(difference, 0, Tolerance);
            }
        }
    }

    [SealFact]
    public async Task Write_VersionsThatSeal41DoesNotRead_AreRefusedByIt()
    {
        // This is why replies mirror the client's version: the layout is the same, and SEAL 4.1 still refuses it.
        await using var seal = new SealDriver();
        var made = await seal.MakeAsync(4096, [36, 30, 36], [], SealCompression.None);
        var parameters = SealReader.ReadParameters(made.Parameters);
        var ciphertext = SealReader.ReadCiphertext(parameters, await seal.EncryptAsync([0.5], Math.Pow(2, 30), seeded: true, SealCompression.None));

        foreach (var version in new[] { SealVersion.V40, SealVersion.V42, SealVersion.V43, SealVersion.V44 })
        {
            var fault = await Assert.ThrowsAsync<SealFaultException>(() => seal.DecryptAsync(SealWriter.Write(ciphertext, version)));
            Assert.Contains("incompatible version", fault.Message, StringComparison.OrdinalIgnoreCase);
        }
        foreach (var version in new[] { SealVersion.V36, SealVersion.V37, SealVersion.V41 })
            Assert.InRange(Math.Abs((await seal.DecryptAsync(SealWriter.Write(ciphertext, version)))[0] - 0.5), 0, 1e-4);
    }

    [SealTheory]
    [InlineData(SealCompression.None), InlineData(SealCompression.Zlib), InlineData(SealCompression.Zstd)]
    public async Task Read_SecretKeyOfSealInPlaceOfAnything_IsRefusedAsSecretMaterial(SealCompression mode)
    {
        await using var seal = new SealDriver();
        var made = await seal.MakeAsync(4096, [36, 30, 36], [1], mode);
        var parameters = SealReader.ReadParameters(made.Parameters);

        Assert.Equal(SealObjectKind.PlaintextOrSecretKey, SealReader.Inspect(made.SecretKey, parameters));
        Assert.Throws<SecretMaterialRefusedException>(() => SealReader.ReadCiphertext(parameters, made.SecretKey));
        Assert.Throws<SecretMaterialRefusedException>(() => SealReader.ReadPublicKey(parameters, made.SecretKey));
        Assert.Throws<SecretMaterialRefusedException>(() => SealReader.ReadRelinearizationKeys(parameters, made.SecretKey));
        Assert.Throws<SecretMaterialRefusedException>(() => SealReader.ReadGaloisKeys(parameters, made.SecretKey, [3]));
    }

    private static (RelinearizationKeys Relinearization, GaloisKeys Galois) ReadKeys(CkksParameters parameters, MadeKeys made)
    {
        Assert.True(SealReader.ReadPublicKey(parameters, made.PublicKey).IsSeeded);
        Assert.False(SealReader.ReadPublicKey(parameters, made.FullPublicKey).IsSeeded);
        ulong[] elements = [GaloisElements.FromStep(Degree, 1), GaloisElements.FromStep(Degree, Step), GaloisElements.Conjugation(Degree)];
        return (SealReader.ReadRelinearizationKeys(parameters, made.RelinearizationKeys), SealReader.ReadGaloisKeys(parameters, made.GaloisKeys!, elements));
    }

    private static (SealVersion Version, SealCompression Mode, long Length) Head(byte[] item)
    {
        var header = SealReader.ReadHeader(item);
        return (header.Version, header.Compression, header.Length);
    }
}
