using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Tests.Support;
using FheOrleans.Ckks.Wire;
using Xunit.Abstractions;

namespace FheOrleans.Ckks.Tests.Malformed;

/// <summary>Thousands of damaged objects: each ends in a typed error or in an object that is written back as it came.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int CasesPerObject = 600;

    [Fact]
    public void Read_DamagedObjects_TypedErrorOrSameBytes()
    {
        // The smallest ring that has everything: damage falls on headers more often than on residues.
        var random = TestRandom.Create(output);
        var parameters = CkksParameters.CreateForVectors(16, 30, 30, 30);
        using var secret = SecretKey.Generate(parameters);
        var generator = new KeyGenerator(secret);
        var encoder = new CkksEncoder(parameters);
        var ciphertext = new SymmetricEncryptor(secret).Encrypt(encoder.Encode([0.5], 1 << 20));
        var galois = generator.CreateGaloisKeys([1, 2]);

        var accepted = 0;
        foreach (var (bytes, roundTrip) in (IEnumerable<(byte[], Func<byte[], byte[]>)>)
        [
            (SealWriter.Write(ciphertext), Ciphertexts),
            (SealWriter.Write(new Evaluator(parameters).Negate(ciphertext)), Ciphertexts),
            (SealWriter.Write(generator.CreatePublicKey()), x => SealWriter.Write(SealReader.ReadPublicKey(parameters, x, out var v), v)),
            (SealWriter.Write(generator.CreateRelinearizationKeys()), x => SealWriter.Write(SealReader.ReadRelinearizationKeys(parameters, x, out var v), v)),
            (SealWriter.Write(galois), x => SealWriter.Write(SealReader.ReadGaloisKeys(parameters, x, galois.Elements, out var v), v)),
            (SealWriter.Write(encoder.Encode([0.5], 1 << 20)), x => SealWriter.Write(SealReader.ReadPlaintext(parameters, x))),
            (secret.Export(), Secret),
            (SealWriter.Write(parameters), Parameters),
        ])
        {
            for (var i = 0; i < CasesPerObject * TestRandom.Effort; i++)
            {
                var damaged = Damage(bytes, random);
                _ = SealReader.Inspect(damaged.AsSpan(0, Math.Min(96, damaged.Length)), parameters);
                try
                {
                    Assert.Equal(damaged, roundTrip(damaged));
                    accepted++;
                }
                catch (CkksException)
                {
                    // what it should be
                }
            }
        }
        output.WriteLine($"{accepted} damaged objects were still valid and came back unchanged");
        Assert.True(accepted > 0); // flips inside residues

        byte[] Ciphertexts(byte[] x) => SealWriter.Write(SealReader.ReadCiphertext(parameters, x, out var version), version);

        byte[] Secret(byte[] x)
        {
            using var key = SecretKey.Import(parameters, x);
            return key.Export();
        }

        static byte[] Parameters(byte[] x)
        {
            var (degree, primes) = SealReader.ParseParameters(x, out var version);
            return SealWriter.Write(CkksParameters.FromPrimesForVectors(degree, primes), version);
        }
    }

    [Fact]
    public void Read_RandomBytes_TypedError()
    {
        var random = TestRandom.Create(output);
        var parameters = CkksParameters.CreateForVectors(16, 30, 30, 30);
        for (var i = 0; i < 1000 * TestRandom.Effort; i++)
        {
            var bytes = new byte[random.Next(300)];
            random.NextBytes(bytes);
            Assert.Throws<WireFormatException>(() => SealReader.ReadCiphertext(parameters, bytes));
            Assert.Throws<WireFormatException>(() => SealReader.ReadGaloisKeys(parameters, bytes, [3UL]));
            Assert.Throws<WireFormatException>(() => SealReader.ReadParameters(bytes));
        }
    }

    /// <summary>A flipped bit, a changed word, a cut, an insertion, or a piece moved; the outer size is often corrected, so that deeper checks are met.</summary>
    private static byte[] Damage(byte[] original, Random random)
    {
        var bytes = original.ToList();
        for (var times = random.Next(1, 3); times > 0; times--)
        {
            // Half of the damage goes to the first 160 bytes, where the fields are.
            var at = random.Next(random.Next(2) == 0 ? Math.Min(160, bytes.Count) : bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    var word = BitConverter.GetBytes(random.Next(4) switch { 0 => 0, 1 => -1, 2 => 1L << random.Next(63), _ => random.NextInt64() });
                    for (var i = 0; i < 8 && at + i < bytes.Count; i++) bytes[at + i] = word[i];
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 200), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, Enumerable.Range(0, random.Next(1, 50)).Select(_ => (byte)random.Next(256)));
                    break;
                default:
                    var from = random.Next(bytes.Count);
                    for (var i = 0; i < 16 && at + i < bytes.Count && from + i < bytes.Count; i++) bytes[at + i] = bytes[from + i];
                    break;
            }
            if (bytes.Count == 0) return [];
        }
        var result = bytes.ToArray();
        if (result.Length >= 16 && random.Next(3) != 0) BitConverter.GetBytes((long)result.Length).CopyTo(result, 8);
        return result;
    }
}
