using System.Diagnostics.CodeAnalysis;
using FheOrleans.Ckks.Transform;

namespace FheOrleans.Ckks;

/// <summary>Keys for some rotations, and perhaps conjugation. Public: they decrypt nothing.</summary>
public sealed class GaloisKeys
{
    private readonly Dictionary<ulong, Entry> _entries;

    internal GaloisKeys(CkksParameters parameters, IEnumerable<KeyValuePair<ulong, KeySwitchKey>> keys)
    {
        Parameters = parameters;
        _entries = [];
        foreach (var (element, key) in keys) _entries.Add(element, new Entry(parameters.PolynomialDegree, element, key));
        Elements = [.. _entries.Keys.Order()];
    }

    /// <summary>The parameters they were made for.</summary>
    public CkksParameters Parameters { get; }

    /// <summary>The Galois elements there are keys for, ascending. See <see cref="GaloisElements"/>.</summary>
    public IReadOnlyCollection<ulong> Elements { get; }

    /// <summary>Whether there is a key for a rotation.</summary>
    /// <param name="step">Slots to the left (positive) or right.</param>
    /// <returns>True when there is; also for 0, which needs none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">|step| is not below N/2.</exception>
    public bool Contains(int step) => step == 0 || _entries.ContainsKey(GaloisElements.FromStep(Parameters.PolynomialDegree, step));

    /// <summary>Whether there is a key for complex conjugation.</summary>
    public bool ContainsConjugation => _entries.ContainsKey(GaloisElements.Conjugation(Parameters.PolynomialDegree));

    internal bool TryGet(ulong element, [NotNullWhen(true)] out KeySwitchKey? key, [NotNullWhen(true)] out GaloisPermutation? permutation)
    {
        var isThere = _entries.TryGetValue(element, out var entry);
        (key, permutation) = (entry?.Key, entry?.Permutation.Value);
        return isThere;
    }

    internal KeySwitchKey this[ulong element] => _entries[element].Key;

    private sealed class Entry(int degree, ulong element, KeySwitchKey key)
    {
        public KeySwitchKey Key { get; } = key;

        public Lazy<GaloisPermutation> Permutation { get; } = new(() => new GaloisPermutation(degree, element));
    }
}
