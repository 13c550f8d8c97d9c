using System.Globalization;
using Xunit.Abstractions;

namespace FheOrleans.Ckks.Tests.Support;

/// <summary>
/// Random numbers of a test, from a printed seed. FHE_TEST_SEED sets another one, FHE_TEST_EFFORT multiplies the number of cases.
/// </summary>
internal sealed class TestRandom : Random
{
    private const int DefaultSeed = 20261120;

    private TestRandom(int seed) : base(seed)
    {
    }

    public static int Effort { get; } = Number("FHE_TEST_EFFORT", 1);

    public static TestRandom Create(ITestOutputHelper output)
    {
        var seed = Number("FHE_TEST_SEED", DefaultSeed);
        output.WriteLine($"FHE_TEST_SEED={seed}");
        return new TestRandom(seed);
    }

    /// <summary>A residue, with 0, 1, q-1 and q/2 more often than they deserve.</summary>
    public ulong Residue(ulong modulus) => Next(8) switch
    {
        0 => 0,
        1 => 1 % modulus,
        2 => modulus - 1,
        3 => modulus / 2,
        _ => (ulong)NextInt64() % modulus,
    };

    public ulong Word() => ((ulong)NextInt64() << 1) ^ (ulong)NextInt64();

    public ulong[] Residues(int count, ulong modulus)
    {
        var words = new ulong[count];
        for (var i = 0; i < count; i++) words[i] = Residue(modulus);
        return words;
    }

    public double[] Reals(int count, double from = -1, double to = 1)
    {
        var values = new double[count];
        for (var i = 0; i < count; i++) values[i] = from + ((to - from) * NextDouble());
        return values;
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var value) ? value : otherwise;
}
