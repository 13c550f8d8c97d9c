using System.Collections.Immutable;
using System.Numerics;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Networks.Execution;

/// <summary>
/// Lays windows out in slots as a circuit expects them, and finds the forecasts in its results. Client side; encrypts nothing.
/// </summary>
/// <remarks>
/// Herd layout: batch b holds windows b * slots and on, one in each slot; ciphertext (point i, feature f) is number i * features + f.
/// <para>
/// Series layout: a strip is a stretch of consecutive rows of the table, and the window that starts in a row is read where that row stands.
/// Strips overlap where a window would be cut, start at the first window not yet covered, and skip stretches without windows. Row r of a
/// strip stands in slot r / P of phase r mod P (P = 1 but for polyphase forms); ciphertext (phase p, feature f) is number p * features + f.
/// A batch holds one strip, or two in the complex forms: the first in the real parts, the second in the imaginary parts.
/// </para>
/// Slots of rows at which no wanted window starts are ignored, so the server cannot tell where an animal ends.
/// </remarks>
public sealed class WindowPacker
{
    private readonly CircuitPlan _plan;
    private readonly WindowSet _windows;

    // Windows by ascending start, and where in that order each strip begins; the last entry closes the last strip.
    private readonly int[] _order;
    private readonly ImmutableArray<int> _strips;

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
        if (!IsHerd) Array.Sort(_order, (a, b) => (windows.WindowStarts[a], a).CompareTo((windows.WindowStarts[b], b)));
        _strips = [.. Strips(), windows.Count];
        BatchCount = (_strips.Length - 1 + StripsPerBatch - 1) / StripsPerBatch;
        CheckBounds();
    }

    /// <summary>How many batches there are; 0 without windows.</summary>
    public int BatchCount { get; }

    private bool IsHerd => _plan.Layout == CircuitLayout.Herd;

    private int StripsPerBatch => _plan.Form.Strips;

    /// <summary>How many windows a batch forecasts.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such batch.</exception>
    public int WindowsIn(int batch) => _strips[EndStrip(Checked(batch))] - _strips[batch * StripsPerBatch];

    /// <summary>The slot vectors of a batch, in the order of the circuit's inputs, each as long as there are slots.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such batch.</exception>
    public IReadOnlyList<Complex[]> Pack(int batch)
    {
        var vectors = new Complex[_plan.InputCiphertexts][];
        for (var input = 0; input < vectors.Length; input++) Pack(batch, input, vectors[input] = new Complex[_plan.SlotCount]);
        return vectors;
    }

    /// <summary>Writes one slot vector of a batch. Safe for concurrent use.</summary>
    /// <param name="batch">Which batch.</param>
    /// <param name="input">Which of the circuit's inputs.</param>
    /// <param name="slots">As long as there are slots; overwritten.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such batch or input.</exception>
    /// <exception cref="ArgumentException">The vector has another length.</exception>
    public void Pack(int batch, int input, Span<Complex> slots)
    {
        Checked(batch);
        ArgumentOutOfRangeException.ThrowIfNegative(input);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(input, _plan.InputCiphertexts);
        if (slots.Length != _plan.SlotCount) throw new ArgumentException($"Expected {_plan.SlotCount} slots, and there are {slots.Length}.", nameof(slots));
        slots.Clear();
        if (IsHerd) PackHerd(batch, input, slots);
        else PackSeries(batch, input, slots);
    }

    /// <summary>Writes the forecasts of a batch: <paramref name="predictions"/>[w] for each of its windows w, the epilogue applied.</summary>
    /// <param name="batch">Which batch.</param>
    /// <param name="decryptedOutputs">The circuit's results, decrypted and decoded: a vector of slots for each.</param>
    /// <param name="predictions">One place for every window of the set; those of other batches are left alone.</param>
    /// <exception cref="ArgumentException">The vectors or the span have another size.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such batch.</exception>
    public void Unpack(int batch, IReadOnlyList<Complex[]> decryptedOutputs, Span<double> predictions)
    {
        ArgumentNullException.ThrowIfNull(decryptedOutputs);
        Checked(batch);
        if (decryptedOutputs.Count != _plan.Outputs || decryptedOutputs.Any(output => output.Length != _plan.SlotCount))
            throw new ArgumentException($"Expected {_plan.Outputs} vectors of {_plan.SlotCount} slots.", nameof(decryptedOutputs));
        if (predictions.Length != _windows.Count)
            throw new ArgumentException($"There are {_windows.Count} windows, and room for {predictions.Length} predictions.", nameof(predictions));
        for (var strip = batch * StripsPerBatch; strip < EndStrip(batch); strip++)
        {
            for (var i = _strips[strip]; i < _strips[strip + 1]; i++)
            {
                var place = IsHerd ? i - _strips[strip] : _windows.WindowStarts[_order[i]] - FirstRow(strip);
                var (slot, phase) = Math.DivRem(place, _plan.Form.Phases);
                var value = decryptedOutputs[phase][slot];
                var part = strip % StripsPerBatch == 0 ? value.Real : value.Imaginary;
                predictions[_order[i]] = Polynomial.Evaluate(_plan.Epilogue.AsSpan(), part);
            }
        }
    }

    private int EndStrip(int batch) => Math.Min((batch + 1) * StripsPerBatch, _strips.Length - 1);

    private int FirstRow(int strip) => _windows.WindowStarts[_order[_strips[strip]]];

    private void PackHerd(int batch, int input, Span<Complex> slots)
    {
        for (var i = _strips[batch]; i < _strips[batch + 1]; i++) slots[i - _strips[batch]] = _windows.Window(_order[i])[input];
    }

    private void PackSeries(int batch, int input, Span<Complex> slots)
    {
        var (phase, feature) = Math.DivRem(input, _plan.Features);
        for (var strip = batch * StripsPerBatch; strip < EndStrip(batch); strip++)
        {
            var unit = strip % StripsPerBatch == 0 ? Complex.One : Complex.ImaginaryOne;
            var row = FirstRow(strip) + phase;
            for (var s = 0; s < slots.Length && row < _windows.Rows; s++, row += _plan.Form.Phases)
                slots[s] += _windows.Points[row * _plan.Features + feature] * unit;
        }
    }

    private IEnumerable<int> Strips()
    {
        if (IsHerd)
        {
            for (var first = 0; first < _order.Length; first += _plan.WindowsPerStrip) yield return first;
            yield break;
        }
        var covered = 0;
        for (var i = 0; i < _order.Length; i++)
        {
            var start = _windows.WindowStarts[_order[i]];
            if (i > 0 && start < covered) continue;
            covered = start + _plan.WindowsPerStrip;
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
