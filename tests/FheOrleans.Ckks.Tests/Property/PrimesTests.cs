using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks.Tests.Property;

public sealed class PrimesTests
{
    [Fact]
    public void IsPrime_AllNumbersBelow20000_EqualsTheSieve()
    {
        const int Limit = 20_000;
        var composite = new bool[Limit];
        for (var i = 2; i < Limit; i++)
        {
            for (var multiple = 2 * i; multiple < Limit; multiple += i) composite[multiple] = true;
        }
        for (var i = 2; i < Limit; i++) Assert.Equal(!composite[i], Primes.IsPrime((ulong)i));
        Assert.False(Primes.IsPrime(0));
        Assert.False(Primes.IsPrime(1));
    }

    /// <summary>Smallest strong pseudoprimes to the first 1 .. 9 prime bases (OEIS A014233), and Carmichael numbers.</summary>
    [Theory]
    [InlineData(2047)]
    [InlineData(1373653)]
    [InlineData(25326001)]
    [InlineData(3215031751)]
    [InlineData(2152302898747)]
    [InlineData(3474749660383)]
    [InlineData(341550071728321)]
    [InlineData(561)]
    [InlineData(1729)]
    [InlineData(825265)]
    public void IsPrime_Pseudoprimes_False(ulong value) => Assert.False(Primes.IsPrime(value));

    [Theory]
    [InlineData(1152921504606846883UL)] // 2^60 - 93, the largest prime below 2^60
    [InlineData(1125899906842597UL)] // 2^50 - 27
    public void IsPrime_LargePrimes_True(ulong value) => Assert.True(Primes.IsPrime(value));

    [Fact]
    public void Create_SameSizeTwice_SmallestFirst()
    {
        var primes = Primes.Create(8192, [50, 50, 36, 26, 50]);
        Assert.Equal(5, primes.Distinct().Count());
        Assert.True(primes[0] < primes[1] && primes[1] < primes[4]);
        Assert.All(primes, prime => Assert.Equal(1UL, prime % 16384));
        Assert.All(primes, prime => Assert.True(Primes.IsPrime(prime)));
        Assert.Equal([50, 50, 36, 26, 50], primes.Select(CkksParameters.BitLength));
    }

    [Fact]
    public void Create_MorePrimesThanExist_Throws()
    {
        var error = Assert.Throws<ParametersException>(() => Primes.Create(8192, [15, 15, 15, 15]));
        Assert.Contains("15 bits", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MinimalRoot_SmallPrime_IsTheSmallestOfAll()
    {
        var modulus = new Modulus(7681); // = 1 mod 512
        const int Degree = 256;
        var roots = Enumerable.Range(1, 7680).Where(x => modulus.PowerVariableTime((ulong)x, Degree) == 7680);
        Assert.Equal((ulong)roots.First(), Primes.MinimalRoot(Degree, modulus));
    }
}
