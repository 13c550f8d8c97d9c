namespace FheOrleans.Ckks;

/// <summary>A level that does not exist was asked for: no level is left to rescale, or a ciphertext was to be raised.</summary>
public sealed class LevelRangeException : CkksException
{
    /// <summary>Makes the error.</summary>
    /// <param name="operation">What was asked, as a verb.</param>
    /// <param name="level">The level asked for.</param>
    /// <param name="maximum">The highest level possible here; the lowest is 0.</param>
    public LevelRangeException(string operation, int level, int maximum)
        : base($"Cannot {operation}: it needs level {level}, and the levels possible here are 0 to {maximum}. "
            + "A level below 0 means that the circuit is deeper than the parameters; a higher one cannot be regained.")
    {
        Level = level;
        Maximum = maximum;
    }

    /// <summary>The level asked for.</summary>
    public int Level { get; }

    /// <summary>The highest level possible here.</summary>
    public int Maximum { get; }
}
