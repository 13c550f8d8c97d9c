using System.Numerics;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Networks.Execution;

/// <summary>
/// Runs a live circuit on clear vectors, remembering for itself: the same instructions, with no encryption and exact weights. Not
/// thread-safe.
/// </summary>
public sealed class ClearLiveRunner
{
    private readonly CompiledCircuit _compiled;
    private readonly ClearCircuitRunner _runner;
    private readonly List<Complex[][]> _kept = [];

    /// <summary>Makes a runner that has seen nothing.</summary>
    /// <param name="compiled">A circuit of the live layout.</param>
    /// <exception cref="ArgumentException">The circuit is of another layout.</exception>
    public ClearLiveRunner(CompiledCircuit compiled)
    {
        ArgumentNullException.ThrowIfNull(compiled);
        if (!compiled.Plan.Layout.IsLive()) throw new ArgumentException($"The circuit is of the {compiled.Plan.Layout} layout, not a live one.", nameof(compiled));
        (_compiled, _runner) = (compiled, new ClearCircuitRunner(compiled));
    }

    /// <summary>Takes one time point in.</summary>
    /// <param name="point">The plan's number of vectors, each with a number for every slot.</param>
    /// <returns>The forecast of each slot, before the client's epilogue; of nothing until a whole window has been taken in.</returns>
    /// <exception cref="CircuitInputException">The vectors are not as many or not as long as the plan says.</exception>
    public double[] Run(IReadOnlyList<double[]> point)
    {
        ArgumentNullException.ThrowIfNull(point);
        if (point.Count != _compiled.Plan.InputCiphertexts)
            throw new CircuitInputException("inputs", $"{point.Count} vectors", $"{_compiled.Plan.InputCiphertexts}");
        var memory = _compiled.Program.Memory;
        var results = _runner.RunWith(new LiveInputs<Complex[]>([.. point.Select(ToComplex)], memory, Recall));
        _kept.Insert(0, results[1..]);
        if (_kept.Count > memory.Depth) _kept.RemoveAt(_kept.Count - 1);
        return Array.ConvertAll(results[0], slot => slot.Real);
    }

    private static Complex[] ToComplex(double[] vector) => Array.ConvertAll(vector, slot => new Complex(slot, 0));

    private Complex[] Recall(RecalledValue wanted) =>
        wanted.Age <= _kept.Count ? _kept[wanted.Age - 1][wanted.Kept] : new Complex[_compiled.Plan.SlotCount];
}
