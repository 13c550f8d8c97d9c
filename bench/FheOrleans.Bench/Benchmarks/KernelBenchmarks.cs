using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Transform;

namespace FheOrleans.Bench.Benchmarks;

/// <summary>Loops on one limb of 8192 residues, for a prime that doubles serve and one that words serve.</summary>
public class KernelBenchmarks
{
    private const int Degree = 8192;
    private const int DigitCount = 4;
    private const int TermCount = 16;

    private Ntt _ntt = null!;
    private AlignedWords _left, _right, _result, _other, _digits, _key;
    private CombinationTerm[] _terms = [];
    private GaloisPermutation _permutation = null!;

    /// <summary>Bits of the prime.</summary>
    [Params(50, 60)]
    public int Bits { get; set; }

    /// <summary>Makes the operands.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _ntt = Ntt.For(Degree, new Modulus(Primes.Create(Degree, [Bits])[0]));
        _permutation = new GaloisPermutation(Degree, 3);
        (_left, _right, _result, _other) = (Residues(Degree), Residues(Degree), Residues(Degree), Residues(Degree));
        (_digits, _key) = (Residues(DigitCount * Degree), Residues(2 * DigitCount * Degree));
        if (Bits <= FloatModulus.MaximumBits)
        {
            foreach (ref var digit in _digits.Span) digit = BitConverter.DoubleToUInt64Bits(digit);
            foreach (ref var entry in _key.Span) entry = BitConverter.DoubleToUInt64Bits(entry / 2);
        }
        _terms = [.. Enumerable.Range(1, TermCount).Select(k => new CombinationTerm((ulong)k << 20, _ntt.Modulus) { Words = Residues(Degree) })];
    }

    /// <summary>The forward transform, plain version.</summary>
    [Benchmark(Baseline = true)]
    public void ForwardPlain()
    {
        _ntt.ForwardLazyScalar(_left.Span);
        _ntt.ReduceFromFourQScalar(_left.Span);
    }

    /// <summary>The forward transform.</summary>
    [Benchmark]
    public void Forward() => _ntt.Forward(_left.Span);

    /// <summary>The inverse transform.</summary>
    [Benchmark]
    public void Inverse() => _ntt.Inverse(_left.Span);

    /// <summary>A sum.</summary>
    [Benchmark]
    public void Add() => LimbKernels.Add(_left.Span, _right.Span, _result.Span, _ntt.Modulus);

    /// <summary>A product.</summary>
    [Benchmark]
    public void Multiply() => LimbKernels.Multiply(_left.Span, _right.Span, _result.Span, _ntt.Modulus);

    /// <summary>The middle term of a product of pairs.</summary>
    [Benchmark]
    public void MultiplyCross() => LimbKernels.MultiplyCross(_left.Span, _right.Span, _right.Span, _other.Span, _result.Span, _ntt.Modulus);

    /// <summary>Both sums of key switching over four digits.</summary>
    [Benchmark]
    public void SumOfProducts()
    {
        var lanes = LaneWidth.For(Degree);
        if (lanes > 1) LimbKernels.SumOfProductsLanes(_digits.Span, DigitCount, _key.Span, DigitCount, _result.Span, _other.Span, _ntt.Modulus, lanes);
        else LimbKernels.SumOfProducts(_digits.Span, DigitCount, _key.Span, DigitCount, _result.Span, _other.Span, _ntt.Modulus);
    }

    /// <summary>A weighted sum of 16 limbs.</summary>
    [Benchmark]
    public void Combine() => LimbKernels.Combine(_terms, _result.Span, accumulate: false, _ntt.Modulus);

    /// <summary>An automorphism.</summary>
    [Benchmark]
    public void Permute() => _permutation.Apply(_left.Span, _result.Span);

    private AlignedWords Residues(int count)
    {
        var words = AlignedWords.Uninitialized(count);
        new Random(1).NextBytes(MemoryMarshal.AsBytes(words.Span));
        foreach (ref var word in words.Span) word %= _ntt.Modulus.Value;
        return words;
    }
}
