using FheOrleans.Ckks.Encryption;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Tests.Support;
using FheOrleans.Ckks.Wire;

namespace FheOrleans.Ckks.Tests.Contract;

public sealed class SecretsTests(KeySet keys) : IClassFixture<KeySet>
{
    [Fact]
    public void Encrypt_UnderADisposedKey_LeavesNoNoiseInTheDestination()
    {
        var secret = SecretKey.Generate(keys.Parameters);
        var plaintext = keys.Encoder.Encode([1.0], KeySet.Scale);
        var encryptor = new SymmetricEncryptor(secret);
        var destination = encryptor.Encrypt(plaintext);
        secret.Dispose();

        Assert.Throws<ObjectDisposedException>(() => encryptor.Encrypt(plaintext, destination));

        Assert.False(destination.Words.ContainsAnyExcept(0UL), "noise in the clear gives the key away where another limb was made with it");
    }

    [Fact]
    public void Dispose_Key_ZeroesItAndItsUsersThrow()
    {
        var secret = SecretKey.Generate(keys.Parameters);
        var words = secret.Words;
        var (encryptor, decryptor, generator) = (new SymmetricEncryptor(secret), new Decryptor(secret), new KeyGenerator(secret));
        var plaintext = keys.Encoder.Encode([1.0], KeySet.Scale);
        var ciphertext = encryptor.Encrypt(plaintext);
        Assert.True(words.ContainsAnyExcept(0UL));
        secret.Dispose();
        Assert.False(words.ContainsAnyExcept(0UL));
        Assert.Throws<ObjectDisposedException>(() => encryptor.Encrypt(plaintext));
        Assert.Throws<ObjectDisposedException>(() => decryptor.Decrypt(ciphertext));
        Assert.Throws<ObjectDisposedException>(generator.CreatePublicKey);
        Assert.Throws<ObjectDisposedException>(generator.CreateRelinearizationKeys);
        Assert.Throws<ObjectDisposedException>(() => generator.CreateGaloisKeys([1]));
        Assert.Throws<ObjectDisposedException>(() => secret.Export());
        secret.Dispose();
    }

    [Fact]
    public async Task Dispose_KeyAtWork_NothingIsMadeWithWhatIsLeftOfIt()
    {
        var plaintext = keys.Encoder.Encode([0.5, -0.25], KeySet.Scale);
        for (var round = 0; round < 20; round++)
        {
            var secret = SecretKey.Generate(keys.Parameters);
            using var copy = SecretKey.Import(keys.Parameters, secret.Export());
            var encryptor = new SymmetricEncryptor(secret);
            using var started = new CountdownEvent(2);
            Task<List<Ciphertext>> Encrypt() => Task.Run(() =>
            {
                var made = new List<Ciphertext> { encryptor.Encrypt(plaintext) };
                started.Signal();
                try
                {
                    while (true) made.Add(encryptor.Encrypt(plaintext));
                }
                catch (ObjectDisposedException)
                {
                    return made;
                }
            });
            var (first, second) = (Encrypt(), Encrypt());
            started.Wait();
            secret.Dispose();
            var decryptor = new Decryptor(copy);
            foreach (var ciphertext in (await first).Concat(await second))
                Assert.Equal(0.5, keys.Encoder.DecodeReal(decryptor.Decrypt(ciphertext))[0], 1e-6);
        }
    }

    [Fact]
    public void Import_OfExport_SameKey()
    {
        var bytes = keys.Secret.Export();
        Assert.Equal(88 + (8 * 8192 * 5), bytes.Length);
        using var again = SecretKey.Import(keys.Parameters, bytes);
        Assert.True(keys.Secret.Words.SequenceEqual(again.Words));
        Assert.Equal(bytes, again.Export());
    }

    [Fact]
    public void Import_NotTernary_Refused()
    {
        var bytes = keys.Secret.Export();
        bytes[88] ^= 1; // one value modulo the first prime: all coefficients change
        var error = Assert.Throws<WireFormatException>(() => SecretKey.Import(keys.Parameters, bytes));
        Assert.Equal("SecretKey.data", error.Field);
    }

    [Fact]
    public void Import_SameModuloEachPrimeButTooLarge_Refused()
    {
        // 2·s is small and consistent, and not a key.
        var doubled = keys.Secret.Words.ToArray();
        for (var j = 0; j < 5; j++)
        {
            var limb = doubled.AsSpan(j * 8192, 8192);
            Arithmetic.LimbKernels.Add(limb, limb, limb, keys.Parameters.Context.Moduli[j]);
        }
        Assert.Throws<WireFormatException>(() => SecretKey.Import(keys.Parameters, SecretKeyFormat.Write(keys.Parameters, doubled)));
    }

    [Fact]
    public void Import_OtherParameters_Refused()
    {
        var other = CkksParameters.Create(8192, 50, 50, 50, 50);
        Assert.Equal("SecretKey.parms_id", Assert.Throws<WireFormatException>(() => SecretKey.Import(other, keys.Secret.Export())).Field);
    }

    [Fact]
    public void Decrypt_WrongKey_IsNoiseOfTheModulusSize()
    {
        using var stranger = SecretKey.Generate(keys.Parameters);
        var values = keys.Encoder.DecodeReal(new Decryptor(stranger).Decrypt(keys.Encrypt([0.5, 0.5])));
        // Uniform modulo 2^162 at scale 2^36: all but surely far above anything a forecast could be.
        Assert.True(values.Count(value => Math.Abs(value) > 1e30) > 4000);
    }

    [Fact]
    public void Encrypt_Twice_DifferentSeedsAndWords()
    {
        var plaintext = keys.Encoder.Encode([1.0], KeySet.Scale);
        var (first, second) = (keys.Symmetric.Encrypt(plaintext), keys.Symmetric.Encrypt(plaintext));
        Assert.False(first.Seed!.Bytes.SequenceEqual(second.Seed!.Bytes));
        Assert.NotEqual(first.Limb(0, 0).ToArray(), second.Limb(0, 0).ToArray());
    }

    [Fact]
    public void Keys_OfOwnGenerator_SatisfyTheirRelations()
    {
        var moduli = keys.Parameters.Context.Moduli;
        KeyRelations.RequireZeroWithSmallNoise(keys.Parameters, keys.Secret, keys.PublicKey.Words.Span);
        KeyRelations.RequireKeySwitchKey(keys.Parameters, keys.Secret, keys.Relinearization.Key, (j, target) =>
            Arithmetic.LimbKernels.Multiply(keys.Secret.Limb(j), keys.Secret.Limb(j), target, moduli[j]));
        foreach (var element in keys.Galois.Elements)
        {
            var permutation = new Transform.GaloisPermutation(8192, element);
            KeyRelations.RequireKeySwitchKey(keys.Parameters, keys.Secret, keys.Galois[element], (j, target) => permutation.Apply(keys.Secret.Limb(j), target));
        }
        Assert.Equal([3UL, 81UL, GaloisElements.FromStep(8192, -2), 16383UL], keys.Galois.Elements.Order());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    [InlineData(-4096)]
    public void CreateGaloisKeys_ImpossibleStep_Throws(int step) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new KeyGenerator(keys.Secret).CreateGaloisKeys([step]));

    [Fact]
    public void EncryptAndDecrypt_OtherParameters_Throw()
    {
        var other = CkksParameters.Create(8192, 50, 50, 50, 50);
        var plaintext = new CkksEncoder(other).Encode([1.0], KeySet.Scale);
        Assert.Throws<ParametersMismatchException>(() => keys.Symmetric.Encrypt(plaintext));
        Assert.Throws<ParametersMismatchException>(() => new PublicKeyEncryptor(keys.PublicKey).Encrypt(plaintext));
        using var secret = SecretKey.Generate(other);
        Assert.Throws<ParametersMismatchException>(() => keys.Decryptor.Decrypt(new SymmetricEncryptor(secret).Encrypt(plaintext)));
    }

    /// <summary>Means and variances of the samplers: 262,144 draws; bounds at six standard deviations of the estimate.</summary>
    [Fact]
    public void Samplers_ManyDraws_HaveTheirMoments()
    {
        const int Draws = 1 << 18;
        var draws = new sbyte[Draws];
        SecretSampling.Ternary(draws);
        foreach (var value in (sbyte[])[-1, 0, 1]) Assert.InRange(draws.Count(x => x == value), (Draws / 3) - 1500, (Draws / 3) + 1500);

        SecretSampling.Noise(draws);
        Assert.All(draws, x => Assert.InRange(x, -21, 21));
        Assert.InRange(draws.Average(x => (double)x), -0.04, 0.04);
        Assert.InRange(draws.Average(x => (double)x * x), 10.3, 10.7);
    }

    [Fact]
    public void SecretScratch_Disposed_IsZero()
    {
        var scratch = new SecretScratch(1000);
        var memory = scratch.Small;
        memory.Fill(7);
        scratch.Dispose();
        Assert.False(memory.ContainsAnyExcept((sbyte)0));
    }
}
