using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks;

/// <content>Going down the chain of primes.</content>
public sealed partial class Evaluator
{
    /// <summary>Divides message and scale by the last prime q of the level, rounding, and drops that prime.</summary>
    /// <param name="ciphertext">Any size, level at least 1.</param>
    /// <returns>Same size, level - 1, scale Scale / (double)q.</returns>
    /// <exception cref="LevelRangeException">The ciphertext is at level 0.</exception>
    public Ciphertext Rescale(Ciphertext ciphertext)
    {
        Require(ciphertext);
        var level = ciphertext.Level - 1;
        if (level < 0) throw new LevelRangeException("rescale", level, ciphertext.Level);

        var n = Context.Degree;
        var scale = ciphertext.Scale / Parameters.Primes[ciphertext.Level];
        if (!double.IsNormal(scale)) throw new ScaleRangeException("rescale", scale, Parameters.ModulusBitsAtLevel(level));
        var result = Ciphertext.Zero(Parameters, level, ciphertext.Size, scale);
        using var last = new RentedWords(n);
        for (var p = 0; p < ciphertext.Size; p++)
        {
            ciphertext.Limb(p, ciphertext.Level).CopyTo(last.Span);
            RnsDivision.DivideAndRound(Context, ciphertext.Level, last.Span, ciphertext.Polynomial(p)[..((level + 1) * n)], result.Polynomial(p));
        }
        return result;
    }

    /// <summary>Drops primes down to a level; message and scale stay (SEAL's mod-switch).</summary>
    /// <param name="ciphertext">Any size.</param>
    /// <param name="level">0 to the ciphertext's level.</param>
    /// <returns>Same size and scale at the level asked for.</returns>
    /// <exception cref="LevelRangeException">The level is negative or above the ciphertext's.</exception>
    /// <exception cref="ScaleRangeException">The scale does not fit the smaller modulus.</exception>
    public Ciphertext DropLevel(Ciphertext ciphertext, int level)
    {
        Require(ciphertext);
        if (level < 0 || level > ciphertext.Level) throw new LevelRangeException("drop to a level", level, ciphertext.Level);
        ScaleRules.RequireWithinModulus("drop to a level", ciphertext.Scale, Parameters, level);
        if (level == ciphertext.Level) return ciphertext.Clone();
        var result = Ciphertext.Zero(Parameters, level, ciphertext.Size, ciphertext.Scale);
        for (var p = 0; p < ciphertext.Size; p++)
            ciphertext.Polynomial(p)[..((level + 1) * Context.Degree)].CopyTo(result.Polynomial(p));
        return result;
    }
}
