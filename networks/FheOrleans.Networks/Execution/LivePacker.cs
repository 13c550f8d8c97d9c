using FheOrleans.Networks.Compilation;

namespace FheOrleans.Networks.Execution;

/// <summary>Lays one time point of a herd out in slots as a live circuit expects it, and reads forecasts off its results. Client side.</summary>
/// <remarks>
/// Slot s of vector f is feature f of the animal in place s; in the packed form there is one vector, and its slot f · places + s is that. Which
/// animal has which place is the client's affair alone.
/// </remarks>
public sealed class LivePacker
{
    private readonly CircuitPlan _plan;

    /// <summary>Makes a packer.</summary>
    /// <param name="plan">The plan of a live circuit.</param>
    /// <exception cref="ArgumentException">The plan is of another layout.</exception>
    public LivePacker(CircuitPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        if (!plan.Layout.IsLive()) throw new ArgumentException($"The plan is of the {plan.Layout} layout, not a live one.", nameof(plan));
        _plan = plan;
    }

    /// <summary>Animals there is room for.</summary>
    public int Places => _plan.WindowsPerBatch;

    /// <summary>The slot vectors of one time point, in the order of the circuit's inputs, each as long as there are slots.</summary>
    /// <param name="animals">The features of the animal in each place; null where a place has no record at this point: zeros.</param>
    /// <returns>The plan's number of vectors.</returns>
    /// <exception cref="ArgumentException">There are more animals than places, or one has another number of features.</exception>
    /// <exception cref="NetworkFormatException">A number is not finite or larger than the circuit has room for: clip or normalize it.</exception>
    public IReadOnlyList<double[]> Pack(IReadOnlyList<double[]?> animals)
    {
        ArgumentNullException.ThrowIfNull(animals);
        if (animals.Count > Places) throw new ArgumentException($"There are {animals.Count} animals, and places for {Places}.", nameof(animals));
        var vectors = new double[_plan.InputCiphertexts][];
        for (var i = 0; i < vectors.Length; i++) vectors[i] = new double[_plan.SlotCount];
        for (var place = 0; place < animals.Count; place++)
        {
            if (animals[place] is not { } features) continue;
            if (features.Length != _plan.Features)
                throw new ArgumentException($"The animal in place {place} has {features.Length} features, the circuit {_plan.Features}.", nameof(animals));
            for (var feature = 0; feature < features.Length; feature++)
            {
                var (vector, slot) = _plan.Form.IsPacked ? (0, (feature * Places) + place) : (feature, place);
                vectors[vector][slot] = Checked(features[feature], place, feature);
            }
        }
        return vectors;
    }

    /// <summary>The forecast of one place, the epilogue applied.</summary>
    /// <param name="decryptedOutput">The circuit's result, decrypted and decoded: a number for each slot.</param>
    /// <param name="place">The place.</param>
    /// <returns>The forecast, in the network's own units.</returns>
    /// <exception cref="ArgumentException">The vector has another length.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such place.</exception>
    public double Forecast(double[] decryptedOutput, int place)
    {
        ArgumentNullException.ThrowIfNull(decryptedOutput);
        if (decryptedOutput.Length != _plan.SlotCount) throw new ArgumentException($"Expected {_plan.SlotCount} slots.", nameof(decryptedOutput));
        ArgumentOutOfRangeException.ThrowIfNegative(place);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(place, Places);
        return Polynomial.Evaluate(_plan.Epilogue.AsSpan(), decryptedOutput[place]);
    }

    private double Checked(double value, int place, int feature) => Math.Abs(value) <= _plan.InputBound
        ? value
        : throw new NetworkFormatException(
            $"place {place}, feature {feature}", "a number too large for the circuit, or not finite", $"at most {_plan.InputBound} in size; clip or normalize");
}
