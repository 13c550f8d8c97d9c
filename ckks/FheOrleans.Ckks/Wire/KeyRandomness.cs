namespace FheOrleans.Ckks.Wire;

/// <summary>
/// The random polynomials a_i that keys of one object have used. Each must be new: of two digits with the same a the difference shows
/// P·(t - t'), which is a piece of the secret, to anyone. A key copied to a second index is found by this too.
/// </summary>
internal sealed class KeyRandomness
{
    private readonly HashSet<(ulong, ulong, ulong, ulong)> _seen = [];

    /// <summary>Whether a digit's a is new, by its first words: four residues of 20 bits or more coincide once in 2^80.</summary>
    /// <param name="digit">b, then a.</param>
    public bool IsNew(ReadOnlySpan<ulong> digit)
    {
        var a = digit[(digit.Length / 2)..];
        return _seen.Add((a[0], a[1], a[2], a[3]));
    }
}
