using System.Diagnostics;
using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Hashing;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Tests.Support;
using FheOrleans.Ckks.Wire;
using Xunit.Abstractions;

namespace FheOrleans.Ckks.Tests.Malformed;

/// <summary>
/// A hundred thousand damaged objects of every kind, version and compression: each ends in a typed error or in an object that is written
/// back as it came, within bounds of time and of memory. FHE_TEST_EFFORT multiplies the number, FHE_TEST_SEED moves it elsewhere.
/// </summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private const int SmallCases = 50_000;
    private const int LargeCases = 300;

    /// <summary>Far above what any case takes, and far below what a loop over a number of the input would.</summary>
    private static readonly TimeSpan LongestCase = TimeSpan.FromSeconds(5);

    public static TheoryData<SealCompression> Modes => [.. Packing.Modes];

    /// <summary>The smallest ring that has everything: damage falls on headers more often than on residues.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public void Read_DamagedSmallObjects_TypedErrorOrSameBytes(SealCompression mode) => Run(CkksParameters.CreateForVectors(16, 30, 30, 30), mode, SmallCases);

    /// <summary>Of a size that clients send: damage falls on residues and on long compressed blocks.</summary>
    [Theory]
    [MemberData(nameof(Modes))]
    public void Read_DamagedLargeObjects_TypedErrorOrSameBytes(SealCompression mode) => Run(CkksParameters.Create(4096, 36, 30, 40), mode, LargeCases);

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

    private void Run(CkksParameters parameters, SealCompression mode, int cases)
    {
        var random = TestRandom.Create(output);
        using var secret = SecretKey.Generate(parameters);
        var targets = Targets(parameters, secret);
        var mutators = targets.ConvertAll(target => new WireMutator(random, target.Kind, target.Bytes));
        var others = targets.Select(target => target.Bytes).Where(bytes => bytes.Length < 100_000).ToList();
        foreach (var target in targets) _ = target.Read(Packing.Pack(target.Bytes, mode))(); // tables and code are made here, not in a case

        cases *= TestRandom.Effort;
        var (accepted, longest, most, total) = (0, TimeSpan.Zero, 0L, Stopwatch.StartNew());
        for (var i = 0; i < cases; i++)
        {
            var index = random.Next(targets.Count);
            var target = targets[index];
            var damaged = mutators[index].Next(mode, others);
            var rewrite = Measure($"case {i}, {target.Name}", target, damaged, ref longest, ref most);
            if (rewrite is null) continue;
            accepted++;
            var plain = Packing.Unpack(damaged);
            Assert.True(IsSame(target, parameters, plain, rewrite()), $"case {i}, {target.Name}: accepted and written back otherwise");
        }
        output.WriteLine($"{parameters}, {mode}: {cases:N0} cases in {total.Elapsed.TotalSeconds:F1} s, {accepted:N0} accepted and written back as they came; "
            + $"longest {longest.TotalMilliseconds:F1} ms, most memory {most:N0} bytes; process peak {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MiB");
        Assert.InRange(accepted, 1, cases - 1);
    }

    /// <summary>Galois keys may leave out the indices behind the last key; SEAL writes them, and so is it written back.</summary>
    private static bool IsSame(Target target, CkksParameters parameters, ReadOnlySpan<byte> plain, ReadOnlySpan<byte> written) =>
        plain.SequenceEqual(written)
        || (target.Name == "GaloisKeys" && BitConverter.ToInt64(plain[SealFormat.AfterId..]) < parameters.PolynomialDegree
            && written[(SealFormat.AfterId + 8)..].StartsWith(plain[(SealFormat.AfterId + 8)..]));

    /// <summary>Reads once, alone; anything but a <see cref="CkksException"/> goes through and fails the test.</summary>
    private static Func<byte[]>? Measure(string name, Target target, byte[] damaged, ref TimeSpan longest, ref long most)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var start = Stopwatch.GetTimestamp();
        Func<byte[]>? result = null;
        try
        {
            result = target.Read(damaged);
        }
        catch (CkksException)
        {
            // what it should be
        }
        var time = Stopwatch.GetElapsedTime(start);
        var memory = GC.GetAllocatedBytesForCurrentThread() - before;
        longest = time > longest ? time : longest;
        most = Math.Max(most, memory);
        Assert.True(time < LongestCase, $"{name}: {time}");
        Assert.True(memory <= target.MemoryBound, $"{name}: {memory} bytes of {target.MemoryBound}");
        return result;
    }

    private static List<Target> Targets(CkksParameters parameters, SecretKey secret)
    {
        var generator = new KeyGenerator(secret);
        var encoder = new CkksEncoder(parameters);
        var evaluator = new Evaluator(parameters);
        var seeded = new SymmetricEncryptor(secret).Encrypt(encoder.Encode([0.5], 1 << 20));
        var shake = WithShake(parameters, seeded);
        var galois = generator.CreateGaloisKeys([1, 2], conjugation: true);
        var result = new List<Target>();
        var polynomial = 8L * parameters.PolynomialDegree * parameters.Primes.Length;
        foreach (var version in (SealVersion[])[SealVersion.V37, SealVersion.V41, SealVersion.V44])
        {
            // The bounds: the largest legal object of the kind, which is what the parameters allow, and a constant for errors and hashing.
            Add("Ciphertext seeded", SealObjectKind.Ciphertext, SealWriter.Write(seeded, version), 16 * polynomial, Ciphertexts);
            Add("Ciphertext SHAKE256", SealObjectKind.Ciphertext, SealWriter.Write(shake, version), 16 * polynomial, Ciphertexts);
            Add("Ciphertext full", SealObjectKind.Ciphertext, SealWriter.Write(evaluator.Negate(seeded), version), 16 * polynomial, Ciphertexts);
            Add("Ciphertext of size 3", SealObjectKind.Ciphertext, SealWriter.Write(evaluator.Square(seeded), version), 16 * polynomial, Ciphertexts);
            Add("PublicKey", SealObjectKind.PublicKey, SealWriter.Write(generator.CreatePublicKey(), version), 2 * polynomial,
                bytes => SealReader.ReadPublicKey(parameters, bytes, out var found) is var key ? () => SealWriter.Write(key, found) : null!);
            Add("RelinKeys", SealObjectKind.KeySwitchKeys, SealWriter.Write(generator.CreateRelinearizationKeys(), version), 4 * polynomial,
                bytes => SealReader.ReadRelinearizationKeys(parameters, bytes, out var found) is var keys ? () => SealWriter.Write(keys, found) : null!);
            Add("GaloisKeys", SealObjectKind.KeySwitchKeys, SealWriter.Write(galois, version), 12 * polynomial,
                bytes => SealReader.ReadGaloisKeys(parameters, bytes, galois.Elements, out var found) is var keys ? () => SealWriter.Write(keys, found) : null!);
            Add("Plaintext", SealObjectKind.PlaintextOrSecretKey, SealWriter.Write(encoder.Encode([0.5], 1 << 20), version), polynomial,
                bytes => SealReader.ReadPlaintext(parameters, bytes) is var plaintext ? () => SealWriter.Write(plaintext, SealReader.ReadHeader(bytes).Version) : null!);
            Add("SecretKey", SealObjectKind.PlaintextOrSecretKey, secret.Export(version), polynomial, Secret);
            Add("EncryptionParameters", SealObjectKind.Parameters, SealWriter.Write(parameters, version), polynomial, Parameters);
        }
        return result;

        void Add(string name, SealObjectKind kind, byte[] bytes, long largest, Func<byte[], Func<byte[]>> read) =>
            result.Add(new Target(name, kind, bytes, (2 * largest) + (128 << 10), read));

        Func<byte[]> Ciphertexts(byte[] bytes)
        {
            _ = SealReader.Inspect(bytes, parameters);
            var all = SealReader.ReadCiphertexts(parameters, bytes, out var version);
            return () => [.. all.SelectMany(ciphertext => SealWriter.Write(ciphertext, version))];
        }

        Func<byte[]> Secret(byte[] bytes)
        {
            using var key = SecretKey.Import(parameters, bytes);
            var again = key.Export(SealReader.ReadHeader(bytes).Version);
            return () => again;
        }

        Func<byte[]> Parameters(byte[] bytes)
        {
            var (degree, primes) = SealReader.ParseParameters(bytes, out var version);
            new PlatformParameters { Degrees = [parameters.PolynomialDegree] }.Require(degree, primes);
            var read = CkksParameters.FromPrimesForVectors(degree, primes);
            return () => SealWriter.Write(read, version);
        }
    }

    /// <summary>The same kind of ciphertext from a build of SEAL that expands seeds with SHAKE256; its plaintext does not matter.</summary>
    private static Ciphertext WithShake(CkksParameters parameters, Ciphertext seeded)
    {
        var words = AlignedWords.CopyOf(seeded.Words);
        var seed = new PolynomialSeed(SeedGenerator.Shake256, seeded.Seed!.Bytes);
        seed.Expand(parameters.Context.Moduli.AsSpan(0, seeded.LimbCount), words.Span[(words.Count / 2)..]);
        return new Ciphertext(parameters, seeded.Level, 2, seeded.Scale, words, seed);
    }

    private sealed record Target(string Name, SealObjectKind Kind, byte[] Bytes, long MemoryBound, Func<byte[], Func<byte[]>> Read);
}
