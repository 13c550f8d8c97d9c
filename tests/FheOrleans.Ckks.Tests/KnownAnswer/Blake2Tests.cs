using System.Runtime.Intrinsics;
using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Hashing;
using FheOrleans.Ckks.Tests.Support;
using Xunit.Abstractions;

namespace FheOrleans.Ckks.Tests.KnownAnswer;

public sealed class Blake2Tests(ITestOutputHelper output)
{
    /// <summary>RFC 7693, appendix A.</summary>
    [Fact]
    public void Hash_Abc_AsInTheRfc()
    {
        var digest = new byte[64];
        Blake2b.Hash("abc"u8, digest);
        Assert.Equal(
            "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923",
            Convert.ToHexStringLower(digest));
    }

    /// <summary>Lengths around the block of 128 bytes. Made by Python: <c>hashlib.blake2b(bytes(i &amp; 255 for i in range(n)), digest_size=32)</c>.</summary>
    [Theory]
    [InlineData(0, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8")]
    [InlineData(1, "03170a2e7597b7b7e3d84c05391d139a62b157e78786d8c082f29dcf4c111314")]
    [InlineData(64, "10d8e6d534b00939843fe9dcc4dae48cdf008f6b8b2b82b156f5404d874887f5")]
    [InlineData(127, "f2fe67ff342e21b8f45e8f2e0bcd1d9243245d50ee6c78042e9c491388791c72")]
    [InlineData(128, "c3582f71ebb2be66fa5dd750f80baae97554f3b015663c8be377cfcb2488c1d1")]
    [InlineData(129, "f7f3c46ba2564ff4c4c162da1f5b605f9f1c4aa6a20652a9f9a337c1a2f5b9c9")]
    [InlineData(255, "1d0850ee9bca0abc9601e9deabe1418fedec2fb6ac4150bd5302d2430f9be943")]
    [InlineData(256, "39a7eb9fedc19aabc83425c6755dd90e6f9d0c804964a1f4aaeea3b9fb599835")]
    [InlineData(257, "45f7f084c30bac7cbae2e1963bc6e6b0d8cb227a12927e97fb941d288fb1f9a3")]
    [InlineData(1000, "c636324d47d89f2b2434dc2c994100663fbbaea880ff020fc5de89dd0f77a1ec")]
    public void Hash_LengthsAroundTheBlock_AsPython(int length, string expected)
    {
        var digest = new byte[32];
        Blake2b.Hash([.. Enumerable.Range(0, length).Select(i => (byte)i)], digest);
        Assert.Equal(expected, Convert.ToHexStringLower(digest));
    }

    [Fact]
    public void PiecesInLanes_RandomRoots_EqualThePlainVersion()
    {
        var random = TestRandom.Create(output);
        var root = new byte[64];
        var plain = new byte[SeedStream.StreamBlockBytes];
        var fast = new byte[SeedStream.StreamBlockBytes];
        for (var i = 0; i < 20; i++)
        {
            random.NextBytes(root);
            Blake2Xb.PiecesOneByOne(root, plain);
            if (Lanes256.IsSupported)
            {
                Blake2Xb.PiecesInLanes<Lanes256, Vector256<double>>(root, fast);
                Assert.Equal(plain, fast);
            }
            if (Lanes512.IsSupported)
            {
                fast.AsSpan().Clear();
                Blake2Xb.PiecesInLanes<Lanes512, Vector512<double>>(root, fast);
                Assert.Equal(plain, fast);
            }
        }
    }

    [Fact]
    public void Fill_InPiecesOfAnySize_SameStream()
    {
        var random = TestRandom.Create(output);
        var seed = new byte[SeedStream.SeedBytes];
        random.NextBytes(seed);
        var whole = new byte[20000];
        var all = new SeedStream(SeedGenerator.Blake2xb, seed, new byte[SeedStream.StreamBlockBytes]);
        all.Fill(whole);

        var stream = new SeedStream(SeedGenerator.Blake2xb, seed, new byte[SeedStream.StreamBlockBytes]);
        var parts = new byte[whole.Length];
        for (var at = 0; at < parts.Length;)
        {
            var count = Math.Min(random.Next(0, 5000), parts.Length - at);
            stream.Fill(parts.AsSpan(at, count));
            at += count;
        }
        Assert.Equal(whole, parts);
    }
}
