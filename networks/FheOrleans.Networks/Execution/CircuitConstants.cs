using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Numerics;
using FheOrleans.Ckks;

namespace FheOrleans.Networks.Execution;

/// <summary>
/// Constants that are vectors, encoded once: c (1 + i) in every slot where slots hold two series, weights by blocks where a ciphertext holds
/// several features. One number for all slots needs no encoding.
/// </summary>
internal sealed class CircuitConstants
{
    private readonly ConcurrentDictionary<(double Value, double Scale, int Level), Plaintext> _plaintexts = new();
    private readonly ConcurrentDictionary<(ImmutableArray<double> Blocks, double Scale, int Level), Plaintext> _blocks = new();
    private readonly Lazy<CkksEncoder> _encoder;

    public CircuitConstants(Func<CkksParameters> parameters) => _encoder = new(() => new CkksEncoder(parameters()));

    public Plaintext ForBothParts(double value, double scale, int level)
    {
        if (_plaintexts.TryGetValue((value, scale, level), out var known)) return known;
        var slots = new Complex[_encoder.Value.Parameters.SlotCount];
        Array.Fill(slots, new Complex(value, value));
        return _plaintexts.GetOrAdd((value, scale, level), _encoder.Value.Encode(slots, scale, level));
    }

    /// <summary>A value in each of equal blocks of slots. Known by the array itself: it is an instruction's own.</summary>
    public Plaintext ForBlocks(ImmutableArray<double> blocks, double scale, int level)
    {
        if (_blocks.TryGetValue((blocks, scale, level), out var known)) return known;
        var slots = new double[_encoder.Value.Parameters.SlotCount];
        Fill(blocks, slots, value => value);
        return _blocks.GetOrAdd((blocks, scale, level), _encoder.Value.Encode(slots, scale, level));
    }

    /// <summary>Writes a vector by blocks out, slot by slot.</summary>
    public static void Fill<T>(ImmutableArray<double> blocks, Span<T> slots, Func<double, T> convert)
    {
        var length = slots.Length / blocks.Length;
        for (var block = 0; block < blocks.Length; block++) slots.Slice(block * length, length).Fill(convert(blocks[block]));
    }
}
