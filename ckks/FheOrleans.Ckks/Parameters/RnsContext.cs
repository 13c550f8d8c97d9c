using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Transform;

namespace FheOrleans.Ckks;

/// <summary>What the operations need for one set of parameters: transforms, and constants of dividing by a dropped prime.</summary>
internal sealed class RnsContext
{
    private readonly ShoupFactor[][] _inverses; // [dropped][j] = q_dropped^-1 mod q_j, j < dropped

    public RnsContext(CkksParameters parameters)
    {
        Degree = parameters.PolynomialDegree;
        Lanes = LaneWidth.For(Degree);
        Moduli = [.. parameters.Primes.Select(prime => new Modulus(prime))];
        Transforms = [.. Moduli.Select(modulus => Ntt.For(Degree, modulus))];
        ModulusBitsByLevel = [.. Enumerable.Range(0, parameters.MaximumLevel + 1).Select(level => (int)parameters.ModulusAtLevel(level).GetBitLength())];
        HalfModulusByLevel = [.. Enumerable.Range(0, parameters.MaximumLevel + 1).Select(level => (double)parameters.ModulusAtLevel(level) / 2)];
        _inverses = new ShoupFactor[Moduli.Length][];
        for (var dropped = 0; dropped < Moduli.Length; dropped++)
        {
            _inverses[dropped] = new ShoupFactor[dropped];
            for (var j = 0; j < dropped; j++)
            {
                var inverse = Moduli[j].InverseVariableTime(Moduli[j].Reduce(Moduli[dropped].Value));
                _inverses[dropped][j] = new ShoupFactor(inverse, Moduli[j].Value);
            }
        }
    }

    /// <summary>N.</summary>
    public int Degree { get; }

    /// <summary>How many lanes there are for this ring: 8, 4, or 1 for the plain versions.</summary>
    public int Lanes { get; }

    /// <summary>All primes, the special one last.</summary>
    public Modulus[] Moduli { get; }

    /// <summary>The transform modulo each prime.</summary>
    public Ntt[] Transforms { get; }

    /// <summary>Bits of Q_l.</summary>
    public int[] ModulusBitsByLevel { get; }

    /// <summary>Q_l / 2, above which an integer has no place in (-Q_l/2, Q_l/2). At most 2^867, so a double holds it.</summary>
    public double[] HalfModulusByLevel { get; }

    /// <summary>q_dropped^-1 mod q_j for j below dropped.</summary>
    public ShoupFactor Inverse(int dropped, int j) => _inverses[dropped][j];
}
