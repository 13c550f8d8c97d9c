using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Tests.Support;
using Xunit.Abstractions;

namespace FheOrleans.Ckks.Tests.Property;

/// <summary>The sums of key switching in every version against <see cref="UInt128"/>, with digits and keys at the edges of their ranges.</summary>
public sealed class SumOfProductsTests(ITestOutputHelper output)
{
    private const int Block = LaneWidth.Block;

    // Both sides of every change of version: split up to 46 bits, reduced up to 50, words above.
    private static readonly ulong[] Moduli =
        [3, 97, 40961, (1UL << 46) - 1, (1UL << 46) + 1, (1UL << 49) + 1, (1UL << 50) - 1, (1UL << 50) + 1, (1UL << 60) - 1];

    private static readonly int[] Lanes = [.. Lanes512.IsSupported ? (int[])[8] : [], .. Lanes256.IsSupported ? (int[])[4] : [], 1];

    [Fact]
    public void SumOfProducts_DigitsAtTheirBounds_EqualsUInt128()
    {
        var random = TestRandom.Create(output);
        foreach (var q in Moduli)
        {
            foreach (var (digits, keyDigits) in (ReadOnlySpan<(int, int)>)[(1, 1), (2, 4), (4, 4), (5, 7), (8, 8), (15, 15), (16, 20), (64, 64)])
            {
                foreach (var lanes in Lanes)
                {
                    foreach (var atBound in (bool[])[false, true]) Check(random, new Modulus(q), lanes, digits, keyDigits, atBound);
                }
            }
        }
    }

    private static void Check(TestRandom random, Modulus modulus, int lanes, int digitCount, int keyDigits, bool atBound)
    {
        var (q, n) = (modulus.Value, 3 * Block);
        var isFloat = lanes > 1 && modulus.Bits <= FloatModulus.MaximumBits;
        var bound = isFloat ? (Int128)(3.6 * q) : lanes > 1 ? q - 1 : (4 * q) - 1;
        var x = new Int128[digitCount * n];
        for (var i = 0; i < x.Length; i++)
        {
            var residue = (Int128)random.Residue((ulong)bound + 1);
            x[i] = atBound ? (isFloat && i % 3 == 0 ? -bound : bound) : isFloat && i % 2 == 0 ? -residue : residue;
        }
        var y = random.Residues(2 * keyDigits * n, q);
        if (atBound) y.AsSpan().Fill(isFloat ? q / 2 : q - 1);

        var key = new ulong[y.Length];
        for (var i = 0; i < n; i++)
        {
            for (var d = 0; d < 2 * keyDigits; d++)
                key[(((i / Block * 2 * keyDigits) + d) * Block) + (i % Block)] = KeyEntry(y[(d * n) + i], q, isFloat, lanes);
        }
        ulong[] digits = [.. x.Select(value => isFloat ? BitConverter.DoubleToUInt64Bits((double)value) : (ulong)value)];
        var (first, second) = (new ulong[n], new ulong[n]);
        if (lanes > 1) LimbKernels.SumOfProductsLanes(digits, digitCount, key, keyDigits, first, second, modulus, lanes);
        else LimbKernels.SumOfProducts(digits, digitCount, key, keyDigits, first, second, modulus);

        for (var i = 0; i < n; i++)
        {
            Assert.Equal(Expected(x, y, i, n, digitCount, 0, q), Residue(first[i], q, isFloat, lanes));
            Assert.Equal(Expected(x, y, i, n, digitCount, 1, q), Residue(second[i], q, isFloat, lanes));
        }
    }

    private static ulong KeyEntry(ulong word, ulong q, bool isFloat, int lanes)
    {
        if (isFloat) return BitConverter.DoubleToUInt64Bits(word > q / 2 ? -(double)(q - word) : word);
        return lanes > 1 ? LimbKernels.PackHalves(word) : word;
    }

    private static ulong Residue(ulong entry, ulong q, bool isFloat, int lanes)
    {
        if (!isFloat)
        {
            Assert.True(entry < (lanes > 1 ? 4 * q : q));
            return entry % q;
        }
        var value = BitConverter.UInt64BitsToDouble(entry);
        Assert.InRange(2 * Math.Abs(value), 0, q);
        Assert.Equal(Math.Round(value), value);
        return new Modulus(q).ReduceSigned((long)value);
    }

    private static ulong Expected(Int128[] x, ulong[] y, int i, int n, int digitCount, int c, ulong q)
    {
        Int128 sum = 0;
        for (var d = 0; d < digitCount; d++) sum = (sum + (x[(d * n) + i] % (Int128)q * (Int128)y[(((2 * d) + c) * n) + i])) % (Int128)q;
        return (ulong)((sum + (Int128)q) % (Int128)q);
    }
}
