using System.Globalization;
using System.Text;
using FheOrleans.Ckks.Wire;

namespace FheOrleans.Networks.Compilation;

/// <summary>The dry run: what evaluating one batch takes, worked out from the circuit alone.</summary>
public sealed record CircuitReport
{
    /// <summary>N.</summary>
    public required int PolynomialDegree { get; init; }

    /// <summary>Rescalings from the inputs to the result.</summary>
    public required int Levels { get; init; }

    /// <summary>Rescalings performed.</summary>
    public required int Rescales { get; init; }

    /// <summary>Rotations performed.</summary>
    public required int Rotations { get; init; }

    /// <summary>The steps rotated by, each of which needs a Galois key; "none" without rotations.</summary>
    public required string RotationSteps { get; init; }

    /// <summary>Relinearizations performed.</summary>
    public required int Relinearizations { get; init; }

    /// <summary>Conjugations performed: complex forms only.</summary>
    public int Conjugations { get; init; }

    /// <summary>Rotations, relinearizations and conjugations: each switches keys once.</summary>
    public int KeySwitches => Rotations + Relinearizations + Conjugations;

    /// <summary>Products of a ciphertext and a constant.</summary>
    public required int ScalarProducts { get; init; }

    /// <summary>Products of two ciphertexts, squares included.</summary>
    public required int Multiplications { get; init; }

    /// <summary>Sums of two ciphertexts, those fused with a product included.</summary>
    public required int Additions { get; init; }

    /// <summary>Transforms of one polynomial modulo one prime: what most of the time goes to where keys are switched.</summary>
    public required long Transforms { get; init; }

    /// <summary>Bytes of ciphertexts held at one time while a batch is computed, at most.</summary>
    public required long PeakBytes { get; init; }

    /// <summary>Bytes of one batch's inputs, encrypted under the secret key, uncompressed.</summary>
    public required long UploadBytes { get; init; }

    /// <summary>Bytes of one batch's result, uncompressed.</summary>
    public required long ResultBytes { get; init; }

    /// <summary>Bytes of the relinearization and Galois keys, seeded, uncompressed; uploaded once.</summary>
    public required long KeyBytes { get; init; }

    /// <summary>Bytes of ciphertexts that a live circuit keeps between two time points; 0 for others.</summary>
    public long RememberedBytes { get; init; }

    /// <summary>Root-mean-square error that encryption is expected to add to a forecast.</summary>
    public required double PredictedErrorRms { get; init; }

    /// <summary>The largest error that encryption is expected to add to a forecast.</summary>
    public required double PredictedErrorMaximum { get; init; }

    /// <summary>What a batch takes to compute, whatever the machine: <see cref="CostModel"/> makes times of it.</summary>
    public required CircuitWork Work { get; init; }

    /// <summary>Ring, primes and form in words.</summary>
    public required string Parameters { get; init; }

    /// <summary>The report as a table of text.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        void Row(string name, string value) => text.Append(CultureInfo.InvariantCulture, $"{name,-24}{value}\n");
        void Number(string name, long value) => Row(name, value.ToString("N0", CultureInfo.InvariantCulture));
        Row("parameters", Parameters);
        Number("levels", Levels);
        Number("scalar products", ScalarProducts);
        Number("products", Multiplications);
        Number("additions", Additions);
        Number("rescalings", Rescales);
        Number("relinearizations", Relinearizations);
        Number("rotations", Rotations);
        Row("rotation steps", RotationSteps);
        if (Conjugations > 0) Number("conjugations", Conjugations);
        Number("transforms", Transforms);
        Number("bytes held at a time", PeakBytes);
        Number("upload bytes per batch", UploadBytes);
        Number("result bytes per batch", ResultBytes);
        Number("key bytes", KeyBytes);
        if (RememberedBytes > 0) Number("bytes remembered", RememberedBytes);
        var error = string.Create(CultureInfo.InvariantCulture, $"{PredictedErrorMaximum:0.0e+0} at most, {PredictedErrorRms:0.0e+0} rms");
        Row("predicted error", error);
        return text.ToString();
    }

    internal static CircuitReport Of(CircuitPlan plan, Circuit circuit, double errorRms)
    {
        var parameters = plan.CreateParameters();
        int Count(params Operation[] operations) => circuit.Instructions.Count(i => operations.Contains(i.Operation));
        var galoisKeys = plan.RotationSteps.Length + (plan.NeedsConjugationKey ? 1 : 0);
        var terms = circuit.Instructions.Sum(i => i.Operands.Length);
        return new CircuitReport
        {
            PolynomialDegree = plan.PolynomialDegree,
            Levels = plan.InputLevel - plan.OutputLevel,
            Rescales = Count(Operation.Rescale),
            Rotations = Count(Operation.Rotate),
            RotationSteps = plan.RotationSteps.IsEmpty ? "none" : string.Join(", ", plan.RotationSteps),
            Relinearizations = Count(Operation.Relinearize),
            Conjugations = Count(Operation.Conjugate),
            ScalarProducts = Count(Operation.MultiplyScalar, Operation.MultiplyScalarAdd, Operation.MultiplyBlocks) + terms,
            Multiplications = Count(Operation.Multiply, Operation.MultiplyAdd, Operation.Square),
            Additions = Count(Operation.Add, Operation.MultiplyAdd, Operation.MultiplyScalarAdd) + terms - Count(Operation.Combine),
            Transforms = circuit.Work.Transforms,
            PeakBytes = 8L * plan.PolynomialDegree * circuit.PeakLimbs,
            UploadBytes = plan.InputCiphertexts * SealSizes.Ciphertext(parameters, plan.InputLevel, 2, seeded: true),
            ResultBytes = plan.Outputs * SealSizes.Ciphertext(parameters, plan.OutputLevel, plan.OutputSize, seeded: false),
            KeyBytes = (plan.NeedsRelinearizationKeys ? SealSizes.RelinearizationKeys(parameters, seeded: true) : 0)
                + (plan.NeedsGaloisKeys ? SealSizes.GaloisKeys(parameters, galoisKeys, seeded: true) : 0),
            RememberedBytes = circuit.Memory.Kept.Sum(kept => kept.Runs * SealSizes.Ciphertext(parameters, kept.Level, 2, seeded: false)),
            PredictedErrorRms = errorRms,
            Work = circuit.Work,
            PredictedErrorMaximum = plan.PredictedError,
            Parameters = $"N = {plan.PolynomialDegree}, {{{string.Join(",", plan.ModulusBits)}}} = {parameters.TotalModulusBits} bits, "
                + plan.Form,
        };
    }
}
