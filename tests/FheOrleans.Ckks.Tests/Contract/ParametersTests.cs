using System.Numerics;

namespace FheOrleans.Ckks.Tests.Contract;

public sealed class ParametersTests
{
    /// <summary>The presets of the circuits, and sets that use the 2024/463 table to the last bit or two.</summary>
    [Theory]
    [InlineData(8192, new[] { 50, 50, 36, 26, 50 }, 212)]
    [InlineData(8192, new[] { 50, 50, 50, 50 }, 200)]
    [InlineData(8192, new[] { 44, 40, 40, 40, 50 }, 214)]
    [InlineData(8192, new[] { 40, 31, 31, 31, 31, 50 }, 214)]
    [InlineData(8192, new[] { 50, 50, 50, 26 }, 176)]
    [InlineData(4096, new[] { 26, 26, 21, 16, 17 }, 106)]
    [InlineData(16384, new[] { 60, 50, 50, 50, 50, 50, 60, 60 }, 430)]
    [InlineData(32768, new[] { 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60 }, 840)]
    public void Create_WithinTheBound_LevelsAndSizes(int degree, int[] bits, int total)
    {
        var parameters = CkksParameters.Create(degree, bits);
        Assert.Equal(degree, parameters.PolynomialDegree);
        Assert.Equal(degree / 2, parameters.SlotCount);
        Assert.Equal(bits.Length - 2, parameters.MaximumLevel);
        Assert.Equal(bits, parameters.ModulusBits);
        Assert.InRange(parameters.TotalModulusBits, total - bits.Length + 1, total);
        Assert.Equal(parameters.Primes[^1], parameters.SpecialPrime);
        Assert.Equal(parameters, CkksParameters.FromPrimes(degree, parameters.Primes.AsSpan()));
        Assert.Equal(bits[0], parameters.ModulusBitsAtLevel(0));
        Assert.Equal(new BigInteger(parameters.Primes[0]), parameters.ModulusAtLevel(0));
    }

    /// <summary>All of these satisfy SEAL's table of 2018, or nearly; none the one of 2024.</summary>
    [Theory]
    [InlineData(4096, new[] { 38, 30, 40 }, 106)]
    [InlineData(8192, new[] { 60, 49, 49, 60 }, 214)]
    [InlineData(16384, new[] { 60, 60, 60, 60, 60, 60, 60, 18 }, 430)]
    [InlineData(32768, new[] { 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60, 60 }, 868)]
    public void Create_BeyondTheBound_ThrowsWithFoundAndAllowed(int degree, int[] bits, int allowed)
    {
        var error = Assert.Throws<ParametersException>(() => CkksParameters.Create(degree, bits));
        Assert.Contains($"allows {allowed}", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2048, new[] { 27, 26 })]
    [InlineData(1024, new[] { 13, 13 })]
    [InlineData(8191, new[] { 50, 50 })]
    [InlineData(65536, new[] { 50, 50 })]
    [InlineData(0, new[] { 50, 50 })]
    [InlineData(-8192, new[] { 50, 50 })]
    [InlineData(8192, new[] { 50 })]
    [InlineData(8192, new int[0])]
    [InlineData(8192, new[] { 50, 61 })]
    [InlineData(8192, new[] { 50, 1 })]
    [InlineData(8192, new[] { 50, 0 })]
    [InlineData(8192, new[] { 50, -3 })]
    [InlineData(8192, new[] { 14, 50 })] // no prime of 14 bits is 1 mod 16384
    public void Create_ImpossibleShape_Throws(int degree, int[] bits) =>
        Assert.Throws<ParametersException>(() => CkksParameters.Create(degree, bits));

    [Fact]
    public void FromPrimes_NotSuchPrimes_Throws()
    {
        var good = CkksParameters.Create(8192, 50, 50).Primes;
        Assert.Throws<ParametersException>(() => CkksParameters.FromPrimes(8192, [good[0], good[0]])); // twice
        Assert.Throws<ParametersException>(() => CkksParameters.FromPrimes(8192, [good[0], 1125899906842597])); // prime, wrong residue
        Assert.Throws<ParametersException>(() => CkksParameters.FromPrimes(8192, [good[0], 40961UL * 65537])); // right residue, composite
        Assert.Throws<ParametersException>(() => CkksParameters.FromPrimes(8192, [good[0], 0]));
        Assert.Throws<ParametersException>(() => CkksParameters.FromPrimes(8192, [good[0], ulong.MaxValue]));
        Assert.Throws<ParametersException>(() => CkksParameters.FromPrimes(8192, new ulong[65]));
    }

    [Fact]
    public void Identifiers_OfAllLevels_DifferAndLeadBack()
    {
        var parameters = CkksParameters.Create(8192, 50, 50, 36, 26, 50);
        for (var level = 0; level <= 3; level++)
        {
            Assert.True(parameters.TryGetLevel(parameters.IdAtLevel(level), out var found));
            Assert.Equal(level, found);
        }
        Assert.False(parameters.TryGetLevel(parameters.KeyId, out _));
        Assert.Throws<LevelRangeException>(() => parameters.IdAtLevel(4));
        Assert.Throws<LevelRangeException>(() => parameters.ModulusBitsAtLevel(-1));

        var bytes = new byte[ParametersId.ByteCount];
        parameters.KeyId.CopyTo(bytes);
        Assert.Equal(parameters.KeyId, new ParametersId(bytes));
        Assert.Throws<ArgumentException>(() => new ParametersId(bytes.AsSpan(1)));
        Assert.Equal("N=8192 {50,50,36,26,50}", parameters.ToString());
    }
}
