using System.Numerics;
using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Tests.Support;
using FheOrleans.Ckks.Transform;
using Xunit.Abstractions;

namespace FheOrleans.Ckks.Tests.Property;

/// <summary>The vector transforms against the plain one, word for word; that one is tested against the definition in <see cref="TransformTests"/>.</summary>
public sealed class VectorTransformTests(ITestOutputHelper output)
{
    private const ulong Guard = 0xFEED_FACE_CAFE_BEEF;

    private delegate void Transform(Ntt ntt, Span<ulong> values);

    public static TheoryData<int> Degrees => [.. Enumerable.Range(1, 15).Select(bits => 1 << bits)];

    [Theory]
    [MemberData(nameof(Degrees))]
    public void Forward_EveryLengthAndModulusEdge_EqualsScalar(int n) => ForEachVersion(n, (ntt, random, forward, _) =>
    {
        foreach (var values in Inputs(n, 4 * ntt.Modulus.Value, random))
        {
            var expected = values.ToArray();
            ntt.ForwardLazyScalar(expected);
            ntt.ReduceFromFourQScalar(expected);
            Equal(expected, values, ntt, forward);
        }
    });

    [Theory]
    [MemberData(nameof(Degrees))]
    public void Inverse_EveryLengthAndModulusEdge_EqualsScalar(int n) => ForEachVersion(n, (ntt, random, _, inverse) =>
    {
        foreach (var values in Inputs(n, 2 * ntt.Modulus.Value, random))
        {
            var expected = values.ToArray();
            ntt.InverseScalar(expected);
            Equal(expected, values, ntt, inverse);
        }
    });

    /// <summary>At every alignment, and without a word changed before or after.</summary>
    private static void Equal(ulong[] expected, ulong[] values, Ntt ntt, Transform transform)
    {
        for (var start = 1; start <= (values.Length <= 256 ? 8 : 1); start++)
        {
            var memory = new ulong[values.Length + 16];
            memory.AsSpan().Fill(Guard);
            var span = memory.AsSpan(start, values.Length);
            values.CopyTo(span);
            transform(ntt, span);
            Assert.True(span.SequenceEqual(expected), $"N={values.Length}, q={ntt.Modulus}, start {start}");
            Assert.False(memory.AsSpan(0, start).ContainsAnyExcept(Guard));
            Assert.False(memory.AsSpan(start + values.Length).ContainsAnyExcept(Guard));
        }
    }

    private void ForEachVersion(int n, Action<Ntt, TestRandom, Transform, Transform> check)
    {
        var random = TestRandom.Create(output);
        foreach (var prime in Moduli(n))
        {
            var ntt = Ntt.For(n, new Modulus(prime));
            check(ntt, random, (t, values) => t.Forward(values), (t, values) => t.Inverse(values));
            if (ntt.HasVector512) check(ntt, random, (t, values) => t.ForwardWords(values, 8), (t, values) => t.InverseWords(values, 8));
            if (ntt.HasVector256) check(ntt, random, (t, values) => t.ForwardWords(values, 4), (t, values) => t.InverseWords(values, 4));
        }
    }

    /// <summary>The smallest prime there is for a length; the largest below 2^36, 2^49, 2^50, 2^51 and 2^60; the smallest above 2^49 and 2^50.</summary>
    private static IEnumerable<ulong> Moduli(int n)
    {
        var step = 2 * (ulong)n;
        yield return Search(1 + step, step);
        foreach (var bits in (int[])[36, 49, 50, 51, 60]) yield return Search((1UL << bits) + 1 - step, 0 - step);
        foreach (var bits in (int[])[49, 50]) yield return Search((1UL << bits) + 1, step);
    }

    private static ulong Search(ulong candidate, ulong step)
    {
        while (!Primes.IsPrime(candidate)) candidate += step;
        return candidate;
    }

    /// <summary>Random words; all at the upper edge; the edge and zero in runs of every power of two, which each stage doubles.</summary>
    private static IEnumerable<ulong[]> Inputs(int n, ulong bound, TestRandom random)
    {
        for (var i = 0; i < TestRandom.Effort; i++) yield return random.Residues(n, bound);
        yield return [.. Enumerable.Repeat(bound - 1, n)];
        yield return new ulong[n];
        for (var run = 0; run < BitOperations.Log2((uint)n); run += n > 4096 ? 3 : 1)
            yield return [.. Enumerable.Range(0, n).Select(i => ((i >> run) & 1) == 0 ? bound - 1 : 0)];
    }
}
