using System.Collections.Concurrent;
using System.Numerics;
using FheOrleans.Ckks;

namespace FheOrleans.Networks.Execution;

/// <summary>
/// Constants of a circuit whose slots hold two series: c (1 + i) in every slot, encoded once. One number for all slots needs no encoding.
/// </summary>
internal sealed class CircuitConstants
{
    private readonly ConcurrentDictionary<(double Value, double Scale, int Level), Plaintext> _plaintexts = new();
    private readonly Lazy<CkksEncoder> _encoder;

    public CircuitConstants(Func<CkksParameters> parameters) => _encoder = new(() => new CkksEncoder(parameters()));

    public Plaintext ForBothParts(double value, double scale, int level)
    {
        if (_plaintexts.TryGetValue((value, scale, level), out var known)) return known;
        var slots = new Complex[_encoder.Value.Parameters.SlotCount];
        Array.Fill(slots, new Complex(value, value));
        return _plaintexts.GetOrAdd((value, scale, level), _encoder.Value.Encode(slots, scale, level));
    }
}
