using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks;

/// <content>Going down the chain of primes.</content>
public sealed partial class Evaluator
{
    /// <summary>Divides message and scale by the last prime q of the level, rounding, and drops that prime.</summary>
    /// <param name="ciphertext">Any size, level at least 1.</param>
    /// <returns>Same size, level - 1, scale Scale / (double)q.</returns>
    /// <exception cref="LevelRangeException">The ciphertext is at level 0.</exception>
    /// <exception cref="ScaleRangeException">The scale is so small that the quotient is no normal number.</exception>
    public Ciphertext Rescale(Ciphertext ciphertext)
    {
        Require(ciphertext);
        var result = Ciphertext.Unwritten(Parameters, Math.Max(ciphertext.Level - 1, 0), ciphertext.Size);
        Rescale(ciphertext, result);
        return result;
    }

    /// <summary>destination = the ciphertext with message and scale divided by the last prime q of the level, rounded, without that prime.</summary>
    /// <param name="ciphertext">Any size, level at least 1.</param>
    /// <param name="destination">Gets the same size, level - 1, scale Scale / (double)q. May be the operand.</param>
    /// <exception cref="LevelRangeException">The ciphertext is at level 0.</exception>
    /// <exception cref="ScaleRangeException">The scale is so small that the quotient is no normal number.</exception>
    public void Rescale(Ciphertext ciphertext, Ciphertext destination)
    {
        Require(ciphertext);
        RequireDestination(destination);
        var (level, size) = (ciphertext.Level - 1, ciphertext.Size);
        if (level < 0) throw new LevelRangeException("rescale", level, ciphertext.Level);
        var scale = ciphertext.Scale / Parameters.Primes[ciphertext.Level];
        if (!double.IsNormal(scale)) throw new ScaleRangeException("rescale", scale, Parameters.ModulusBitsAtLevel(level));

        // In place each limb of the result ends before those that are still to be read: going up needs no copy.
        var words = ciphertext.Words;
        destination.Reshape(level, size, scale);
        var (n, kept) = (Context.Degree, (level + 1) * Context.Degree);
        using var scratch = new RentedWords(2 * n);
        var last = scratch.Span[..n];
        for (var p = 0; p < size; p++)
        {
            var source = words.Slice(p * (kept + n), kept + n);
            source[kept..].CopyTo(last);
            RnsDivision.DivideAndRound(Context, level + 1, last, source[..kept], destination.Polynomial(p), scratch.Span[n..]);
        }
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
        if (level == ciphertext.Level) return ciphertext.Clone();
        var result = Ciphertext.Unwritten(Parameters, Math.Clamp(level, 0, ciphertext.Level), ciphertext.Size);
        DropLevel(ciphertext, level, result);
        return result;
    }

    /// <summary>destination = the ciphertext without the primes above a level; message and scale stay (SEAL's mod-switch).</summary>
    /// <param name="ciphertext">Any size.</param>
    /// <param name="level">0 to the ciphertext's level.</param>
    /// <param name="destination">Gets the same size and scale at the level asked for. May be the operand.</param>
    /// <exception cref="LevelRangeException">The level is negative or above the ciphertext's.</exception>
    /// <exception cref="ScaleRangeException">The scale does not fit the smaller modulus.</exception>
    public void DropLevel(Ciphertext ciphertext, int level, Ciphertext destination)
    {
        Require(ciphertext);
        RequireDestination(destination);
        if (level < 0 || level > ciphertext.Level) throw new LevelRangeException("drop to a level", level, ciphertext.Level);
        ScaleRules.RequireWithinModulus("drop to a level", ciphertext.Scale, Parameters, level);
        if (level == ciphertext.Level)
        {
            ciphertext.CopyTo(destination);
            return;
        }
        var (size, before, kept) = (ciphertext.Size, ciphertext.LimbCount * Context.Degree, (level + 1) * Context.Degree);
        var words = ciphertext.Words;
        destination.Reshape(level, size, ciphertext.Scale);
        for (var p = 0; p < size; p++) words.Slice(p * before, kept).CopyTo(destination.Polynomial(p)); // up, as in Rescale
    }
}
