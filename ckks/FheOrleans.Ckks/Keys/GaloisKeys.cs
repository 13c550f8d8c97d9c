using System.Diagnostics.CodeAnalysis;

namespace FheOrleans.Ckks;

/// <summary>Keys for some rotations, and perhaps conjugation. Public: they decrypt nothing.</summary>
public sealed class GaloisKeys
{
    private readonly Dictionary<ulong, KeySwitchKey> _keys;

    internal GaloisKeys(CkksParameters parameters, IEnumerable<KeyValuePair<ulong, KeySwitchKey>> keys)
    {
        Parameters = parameters;
        _keys = new Dictionary<ulong, KeySwitchKey>(keys);
        Elements = [.. _keys.Keys.Order()];
    }

    /// <summary>The parameters they were made for.</summary>
    public CkksParameters Parameters { get; }

    /// <summary>The Galois elements there are keys for, ascending. See <see cref="GaloisElements"/>.</summary>
    public IReadOnlyCollection<ulong> Elements { get; }

    /// <summary>Whether there is a key for a rotation.</summary>
    /// <param name="step">Slots to the left (positive) or right.</param>
    /// <returns>True when there is; also for 0, which needs none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">|step| is not below N/2.</exception>
    public bool Contains(int step) => step == 0 || _keys.ContainsKey(GaloisElements.FromStep(Parameters.PolynomialDegree, step));

    /// <summary>Whether there is a key for complex conjugation.</summary>
    public bool ContainsConjugation => _keys.ContainsKey(GaloisElements.Conjugation(Parameters.PolynomialDegree));

    internal bool TryGet(ulong element, [NotNullWhen(true)] out KeySwitchKey? key) => _keys.TryGetValue(element, out key);

    internal KeySwitchKey this[ulong element] => _keys[element];
}
