using System.Collections.Immutable;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Networks.Execution;

/// <summary>
/// Lays windows out in slots as a circuit expects them, and finds the forecasts in its results. Client side; encrypts nothing.
/// </summary>
/// <remarks>
/// Herd layout: batch b holds windows b * slots and on, one in each slot; ciphertext (point i, feature f) is number i * features + f.
/// Series layout: a batch holds consecutive rows of the table, one in each slot; the window that starts in row r is read from the slot of
/// row r. Batches overlap where a window would be cut, start at the first window not yet covered, and skip stretches without windows.
/// Slots of rows at which no wanted window starts are ignored, so the server cannot tell where an animal ends.
/// </remarks>
public sealed class WindowPacker
{
    private readonly CircuitPlan _plan;
    private readonly WindowSet _windows;

    // Windows by ascending start, and where in that order each batch begins; the last entry closes the last batch.
    private readonly int[] _order;
    private readonly ImmutableArray<int> _firsts;

    /// <summary>Plans the batches.</summary>
    /// <exception cref="ArgumentException">The windows have another shape than the circuit's.</exception>
    /// <exception cref="NetworkFormatException">An input is larger than the circuit has room for: clip or normalize it.</exception>
    public WindowPacker(CircuitPlan plan, WindowSet windows)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(windows);
        windows.CheckShape(plan.TimePoints, plan.Features);
        if (plan.Layout.IsLive()) throw new ArgumentException("A live circuit takes single time points, not windows: use LivePacker.", nameof(plan));
        (_plan, _windows) = (plan, windows);
        _order = [.. Enumerable.Range(0, windows.Count)];
        if (plan.Layout == CircuitLayout.Series) Array.Sort(_order, (a, b) => (windows.WindowStarts[a], a).CompareTo((windows.WindowStarts[b], b)));
        _firsts = [.. Firsts(), windows.Count];
        CheckBounds();
    }

    /// <summary>How many batches there are; 0 without windows.</summary>
    public int BatchCount => _firsts.Length - 1;

    /// <summary>How many windows a batch forecasts.</summary>
    public int WindowsIn(int batch) => _firsts[Checked(batch) + 1] - _firsts[batch];

    /// <summary>The slot vectors of a batch, in the order of the circuit's inputs, each as long as there are slots.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such batch.</exception>
    public IReadOnlyList<double[]> Pack(int batch)
    {
        Checked(batch);
        var vectors = new double[_plan.InputCiphertexts][];
        for (var input = 0; input < vectors.Length; input++)
            vectors[input] = _plan.Layout == CircuitLayout.Herd ? PackHerd(batch, input) : PackSeries(batch, input);
        return vectors;
    }

    /// <summary>Writes the forecasts of a batch: <paramref name="predictions"/>[w] for each of its windows w, the epilogue applied.</summary>
    /// <param name="batch">Which batch.</param>
    /// <param name="decryptedOutputs">The circuit's results, decrypted and decoded: one vector of slots.</param>
    /// <param name="predictions">One place for every window of the set; those of other batches are left alone.</param>
    /// <exception cref="ArgumentException">The vectors or the span have another size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such batch.</exception>
    public void Unpack(int batch, IReadOnlyList<double[]> decryptedOutputs, Span<double> predictions)
    {
        ArgumentNullException.ThrowIfNull(decryptedOutputs);
        Checked(batch);
        if (decryptedOutputs.Count != _plan.Outputs || decryptedOutputs[0].Length != _plan.SlotCount)
            throw new ArgumentException($"Expected {_plan.Outputs} vectors of {_plan.SlotCount} slots.", nameof(decryptedOutputs));
        if (predictions.Length != _windows.Count)
            throw new ArgumentException($"There are {_windows.Count} windows, and room for {predictions.Length} predictions.", nameof(predictions));
        for (var i = _firsts[batch]; i < _firsts[batch + 1]; i++)
            predictions[_order[i]] = Polynomial.Evaluate(_plan.Epilogue.AsSpan(), decryptedOutputs[0][SlotOf(batch, i)]);
    }

    private int SlotOf(int batch, int ordinal) =>
        _plan.Layout == CircuitLayout.Herd ? ordinal - _firsts[batch] : _windows.WindowStarts[_order[ordinal]] - FirstRow(batch);

    private int FirstRow(int batch) => _windows.WindowStarts[_order[_firsts[batch]]];

    private double[] PackHerd(int batch, int input)
    {
        var vector = new double[_plan.SlotCount];
        for (var i = _firsts[batch]; i < _firsts[batch + 1]; i++) vector[i - _firsts[batch]] = _windows.Window(_order[i])[input];
        return vector;
    }

    private double[] PackSeries(int batch, int feature)
    {
        var vector = new double[_plan.SlotCount];
        var first = FirstRow(batch);
        var count = Math.Min(vector.Length, _windows.Rows - first);
        for (var i = 0; i < count; i++) vector[i] = _windows.Points[(first + i) * _plan.Features + feature];
        return vector;
    }

    private IEnumerable<int> Firsts()
    {
        if (_plan.Layout == CircuitLayout.Herd)
        {
            for (var first = 0; first < _order.Length; first += _plan.WindowsPerBatch) yield return first;
            yield break;
        }
        var covered = 0;
        for (var i = 0; i < _order.Length; i++)
        {
            var start = _windows.WindowStarts[_order[i]];
            if (i > 0 && start < covered) continue;
            covered = start + _plan.WindowsPerBatch;
            yield return i;
        }
    }

    private void CheckBounds()
    {
        var points = _windows.Points;
        for (var i = 0; i < points.Length; i++)
        {
            if (Math.Abs(points[i]) > _plan.InputBound)
            {
                throw new NetworkFormatException(
                    $"row {i / _plan.Features}, feature {i % _plan.Features}",
                    "a number too large for the circuit",
                    $"at most {_plan.InputBound} in size; clip or normalize");
            }
        }
    }

    private int Checked(int batch) => batch >= 0 && batch < BatchCount
        ? batch
        : throw new ArgumentOutOfRangeException(nameof(batch), batch, $"There are {BatchCount} batches.");
}
