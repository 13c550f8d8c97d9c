using System.Collections.Immutable;
using FheOrleans.Ckks;

namespace FheOrleans.Networks.Compilation;

/// <summary>
/// What a data owner must know of a circuit to make keys, pack, encrypt, and read the result. It holds no weights.
/// </summary>
public sealed record CircuitPlan
{
    /// <summary>How data lie in the ciphertexts.</summary>
    public required CircuitForm Form { get; init; }

    /// <summary>What a slot stands for.</summary>
    public CircuitLayout Layout => Form.Layout;

    /// <summary>N: 4096, 8192, 16384 or 32768. There are N/2 slots.</summary>
    public required int PolynomialDegree { get; init; }

    /// <summary>The primes, in SEAL's order: the special prime last.</summary>
    public required ImmutableArray<ulong> Primes { get; init; }

    /// <summary>Bits of each prime.</summary>
    public required ImmutableArray<int> ModulusBits { get; init; }

    /// <summary>Points in a window.</summary>
    public required int TimePoints { get; init; }

    /// <summary>Numbers at each point.</summary>
    public required int Features { get; init; }

    /// <summary>What the features are and how the network's were scaled; empty if the model does not say.</summary>
    public ImmutableArray<NetworkInput> Inputs { get; init; } = [];

    /// <summary>
    /// Ciphertexts that make up one batch: time points x features in the herd layout (point by point), phases x features in the series
    /// layout (phase by phase), features in the live layout, for one new time point.
    /// </summary>
    public required int InputCiphertexts { get; init; }

    /// <summary>The level inputs are encrypted at.</summary>
    public required int InputLevel { get; init; }

    /// <summary>The scale inputs are encoded at: a power of two.</summary>
    public required double InputScale { get; init; }

    /// <summary>The largest |input| the circuit has room for. Beyond it the result would be noise, so packing refuses.</summary>
    public required double InputBound { get; init; }

    /// <summary>Steps of rotation (to the left) whose Galois keys the circuit needs, ascending; empty if none.</summary>
    public required ImmutableArray<int> RotationSteps { get; init; }

    /// <summary>Whether the circuit needs relinearization keys.</summary>
    public required bool NeedsRelinearizationKeys { get; init; }

    /// <summary>Whether the circuit needs the Galois key for conjugation.</summary>
    public bool NeedsConjugationKey { get; init; }

    /// <summary>Whether the circuit needs Galois keys at all.</summary>
    public bool NeedsGaloisKeys => NeedsConjugationKey || !RotationSteps.IsEmpty;

    /// <summary>Result ciphertexts for one batch: one for each phase.</summary>
    public required int Outputs { get; init; }

    /// <summary>Polynomials in a result: 2, or more where nothing was relinearized. Decryption takes any number.</summary>
    public int OutputSize { get; init; } = 2;

    /// <summary>The level the result comes at.</summary>
    public required int OutputLevel { get; init; }

    /// <summary>The scale the result comes at.</summary>
    public required double OutputScale { get; init; }

    /// <summary>The most windows a batch can hold.</summary>
    public required int WindowsPerBatch { get; init; }

    /// <summary>The polynomial, constant term first, that the client applies to the decrypted result; {0, 1} changes nothing.</summary>
    public required ImmutableArray<double> Epilogue { get; init; }

    /// <summary>
    /// The largest error that encryption is expected to add to a forecast, epilogue included, as long as the window keeps every activation
    /// inside its interval.
    /// </summary>
    public required double PredictedError { get; init; }

    /// <summary>Points in time, or windows in the herd layout, that one strip of a batch has room for: phases x slots.</summary>
    public int StripLength => Form.Phases * SlotCount;

    /// <summary>The most windows in one strip of a batch.</summary>
    public int WindowsPerStrip => WindowsPerBatch / Form.Strips;

    /// <summary>N/2.</summary>
    public int SlotCount => PolynomialDegree / 2;

    /// <summary>The CKKS parameters: primes and ring.</summary>
    /// <exception cref="ParametersException">They are not secure or not valid.</exception>
    public CkksParameters CreateParameters() => CkksParameters.FromPrimes(PolynomialDegree, Primes.AsSpan());

    /// <summary>The plan as UTF-8 JSON; numbers keep every bit.</summary>
    public byte[] ToJson() => CircuitPlanJson.Write(this);

    /// <summary>Reads what <see cref="ToJson"/> wrote. Safe on input from strangers; the parameters are held against the security table.</summary>
    /// <exception cref="NetworkFormatException">It is not such a plan; says which part.</exception>
    public static CircuitPlan FromJson(ReadOnlySpan<byte> utf8) => CircuitPlanJson.Read(utf8);

    /// <summary>Equal in every part.</summary>
    public bool Equals(CircuitPlan? other) => other is not null && ToJson().AsSpan().SequenceEqual(other.ToJson());

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Form, PolynomialDegree, TimePoints, Features, PredictedError, Epilogue.Length);
}
