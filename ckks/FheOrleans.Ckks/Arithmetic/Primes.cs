using System.Numerics;

namespace FheOrleans.Ckks.Arithmetic;

/// <summary>Primes = 1 mod 2N, and their roots of unity. All of this is public data.</summary>
internal static class Primes
{
    // Enough bases for a deterministic answer below 3.3e24: Sorenson and Webster, "Strong pseudoprimes to twelve prime bases", 2015.
    private static readonly ulong[] Bases = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];

    /// <summary>Whether a number below 2^60 is prime; never wrong.</summary>
    public static bool IsPrime(ulong value)
    {
        if (value < 2) return false;
        foreach (var small in Bases)
        {
            if (value % small == 0) return value == small;
        }

        var modulus = new Modulus(value);
        var twos = BitOperations.TrailingZeroCount(value - 1);
        foreach (var witness in Bases)
        {
            if (IsCompositeBy(witness, modulus, twos)) return false;
        }
        return true;
    }

    private static bool IsCompositeBy(ulong witness, Modulus modulus, int twos)
    {
        var minusOne = modulus.Value - 1;
        var power = modulus.PowerVariableTime(witness, minusOne >> twos);
        if (power == 1 || power == minusOne) return false;
        for (var i = 1; i < twos; i++)
        {
            power = modulus.Multiply(power, power);
            if (power == minusOne) return false;
        }
        return true;
    }

    /// <summary>
    /// SEAL's <c>CoeffModulus::Create</c>: for each size the largest primes = 1 mod 2N of exactly that many bits, as many as the
    /// size occurs; then, in the order of <paramref name="bits"/>, from each size the smallest that is left.
    /// </summary>
    /// <exception cref="ParametersException">There are not enough primes of a size.</exception>
    public static ulong[] Create(int polynomialDegree, ReadOnlySpan<int> bits)
    {
        var bySize = new Dictionary<int, Stack<ulong>>();
        foreach (var size in bits)
        {
            if (bySize.ContainsKey(size)) continue;
            bySize.Add(size, LargestFirst(polynomialDegree, size, bits.Count(size)));
        }

        var primes = new ulong[bits.Length];
        for (var i = 0; i < primes.Length; i++) primes[i] = bySize[bits[i]].Pop();
        return primes;
    }

    private static Stack<ulong> LargestFirst(int polynomialDegree, int bits, int count)
    {
        var step = 2 * (ulong)polynomialDegree;
        var lowest = 1UL << (bits - 1);
        var found = new Stack<ulong>(count);
        for (var candidate = ((1UL << bits) - 1) / step * step + 1; candidate > lowest && found.Count < count; candidate -= step)
        {
            if (IsPrime(candidate)) found.Push(candidate);
        }
        return found.Count == count
            ? found
            : throw new ParametersException(
                $"There are only {found.Count} primes of {bits} bits that are 1 modulo {step} (twice the polynomial degree); {count} were asked for. Choose larger primes.");
    }

    /// <summary>
    /// The numerically smallest primitive 2N-th root of unity modulo a prime = 1 mod 2N. SEAL uses this one, so stored transforms agree.
    /// </summary>
    public static ulong MinimalRoot(int polynomialDegree, Modulus modulus)
    {
        var order = 2 * (ulong)polynomialDegree;
        var root = 0UL;
        for (var candidate = 2UL; ; candidate++)
        {
            root = modulus.PowerVariableTime(candidate, (modulus.Value - 1) / order);
            if (modulus.PowerVariableTime(root, (ulong)polynomialDegree) == modulus.Value - 1) break;
        }

        // The primitive roots are the odd powers of any one of them.
        var smallest = root;
        var square = new ShoupFactor(modulus.Multiply(root, root), modulus.Value);
        for (var i = 1; i < polynomialDegree; i++)
        {
            root = square.Multiply(root, modulus.Value);
            smallest = Math.Min(smallest, root);
        }
        return smallest;
    }
}
