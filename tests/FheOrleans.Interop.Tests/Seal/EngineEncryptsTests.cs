using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Interop.Tests.Support;
using Xunit.Abstractions;

namespace FheOrleans.Interop.Tests.Seal;

/// <summary>The reverse: this engine makes the keys and encrypts, Microsoft SEAL loads and evaluates, this engine decrypts.</summary>
public class EngineEncryptsTests(ITestOutputHelper output)
{
    private const int Step = 5;
    private static readonly double Scale = Math.Pow(2, 38);

    // SEAL's digits are not centred: its key switching puts some 7 times as much noise into the first slots (docs/decisions), measured 2e-6.
    private const double Tolerance = 2e-5;

    [SealTheory]
    [InlineData(SealCompression.None), InlineData(SealCompression.Zlib), InlineData(SealCompression.Zstd)]
    public async Task Evaluate_BySeal_WeDecryptTheRightNumbers(SealCompression mode)
    {
        var parameters = CkksParameters.Create(8192, 45, 38, 38, 38, 45);
        using var secret = SecretKey.Generate(parameters);
        var generator = new KeyGenerator(secret);
        var encoder = new CkksEncoder(parameters);
        var decryptor = new Decryptor(secret);
        var (x, y) = (Slots.Random(3, parameters.SlotCount), Slots.Random(4, parameters.SlotCount));
        var seeded = new SymmetricEncryptor(secret).Encrypt(encoder.Encode(x, Scale));
        var publicKey = generator.CreatePublicKey();
        var full = new PublicKeyEncryptor(publicKey).Encrypt(encoder.Encode(y, Scale));

        foreach (var version in new[] { SealVersion.V41, SealVersion.ForUnknownClient })
        {
            await using var seal = new SealDriver();
            await seal.LoadAsync(
                SealWriter.Write(parameters, version, mode),
                SealWriter.Write(publicKey, version, mode),
                SealWriter.Write(generator.CreateRelinearizationKeys(), version, mode),
                SealWriter.Write(generator.CreateGaloisKeys([1, Step], conjugation: true), version, mode),
                secretKey: null);
            var results = await seal.EvaluateAsync(SealWriter.Write(seeded, version, mode), SealWriter.Write(full, version, mode), Step, mode);

            double[] times = [.. x.Zip(y, (left, right) => left * right)];
            Same("sum", [.. x.Zip(y, (left, right) => left + right)]);
            Same("product", times);
            Same("relinearized", times);
            Same("rescaled", times);
            Same("rotated", Slots.Rotate(x, Step));
            Same("conjugated", x);
            Same("dropped", x);

            // What SEAL encrypts under our public key, too.
            var theirs = SealReader.ReadCiphertext(parameters, await seal.EncryptAsync(y, Scale, seeded: false, mode), out var written);
            Assert.Equal(SealVersion.V41, written);
            Assert.InRange(Slots.LargestDifference(y, encoder.DecodeReal(decryptor.Decrypt(theirs))), 0, Tolerance);

            void Same(string what, double[] expected)
            {
                var result = SealReader.ReadCiphertext(parameters, results[what]);
                var difference = Slots.LargestDifference(expected, encoder.DecodeReal(decryptor.Decrypt(result)));
                output.WriteLine($"{mode}, header {version}, {what}: {difference:0.0e+0}");
                Assert.InRange(difference, 0, Tolerance);
            }
        }
    }

    [SealFact]
    public async Task Export_SecretKey_SealDecryptsWithIt()
    {
        var parameters = CkksParameters.Create(4096, 36, 30, 36);
        using var secret = SecretKey.Generate(parameters);
        var generator = new KeyGenerator(secret);
        var values = Slots.Random(5, parameters.SlotCount);
        var ciphertext = new SymmetricEncryptor(secret).Encrypt(new CkksEncoder(parameters).Encode(values, Math.Pow(2, 30)));
        await using var seal = new SealDriver();
        await seal.LoadAsync(
            SealWriter.Write(parameters, SealVersion.V41),
            SealWriter.Write(generator.CreatePublicKey(), SealVersion.V41),
            SealWriter.Write(generator.CreateRelinearizationKeys(), SealVersion.V41),
            SealWriter.Write(generator.CreateGaloisKeys([1]), SealVersion.V41),
            secret.Export(SealVersion.V41));

        Assert.InRange(Slots.LargestDifference(values, await seal.DecryptAsync(SealWriter.Write(ciphertext, SealVersion.V41))), 0, 1e-4);
    }
}
