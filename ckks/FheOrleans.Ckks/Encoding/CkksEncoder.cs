using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Encoding;
using FheOrleans.Ckks.Transform;

namespace FheOrleans.Ckks;

/// <summary>
/// Turns vectors of up to N/2 numbers into plaintexts and back, with SEAL's slot order. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Precision: a coefficient is rounded to the nearest integer at the scale, so a slot errs by about sqrt(N/12)/scale
/// (N = 8192, scale 2^40: 2.4e-11), plus the transform's own rounding of about 1e-15 of the largest value.
/// </remarks>
public sealed partial class CkksEncoder
{
    private readonly SlotTransform _transform;

    /// <summary>Makes an encoder.</summary>
    /// <param name="parameters">The parameters to encode for.</param>
    public CkksEncoder(CkksParameters parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        Parameters = parameters;
        _transform = new SlotTransform(parameters.PolynomialDegree);
    }

    /// <summary>The parameters it encodes for.</summary>
    public CkksParameters Parameters { get; }

    /// <summary>Encodes real numbers.</summary>
    /// <param name="values">At most N/2 finite numbers; missing ones are zero.</param>
    /// <param name="scale">What values are multiplied by before rounding: positive, normal, below the level's modulus.</param>
    /// <param name="level">The level; null means the highest.</param>
    /// <returns>The plaintext.</returns>
    /// <exception cref="EncodingException">Too many values, one is not finite, or they are too large for the modulus at this scale.</exception>
    /// <exception cref="ScaleRangeException">The scale is not possible at this level.</exception>
    /// <exception cref="LevelRangeException">There is no such level.</exception>
    public Plaintext Encode(ReadOnlySpan<double> values, double scale, int? level = null)
    {
        var result = Unwritten(level);
        Encode(values, scale, level, result);
        return result;
    }

    /// <summary>Encodes real numbers into a plaintext. Allocates nothing.</summary>
    /// <param name="values">At most N/2 finite numbers; missing ones are zero.</param>
    /// <param name="scale">What values are multiplied by before rounding: positive, normal, below the level's modulus.</param>
    /// <param name="level">The level; null means the highest.</param>
    /// <param name="destination">A plaintext made by <see cref="Plaintext.Allocate"/>; gets that level and scale.</param>
    /// <exception cref="EncodingException">Too many values, one is not finite, or they are too large for the modulus at this scale.</exception>
    /// <exception cref="ScaleRangeException">The scale is not possible at this level.</exception>
    /// <exception cref="LevelRangeException">There is no such level.</exception>
    /// <exception cref="ParametersMismatchException">The destination is for other parameters.</exception>
    public void Encode(ReadOnlySpan<double> values, double scale, int? level, Plaintext destination)
    {
        RequireDestination(destination);
        RequireFits(values.Length);
        EncodeParts(values, [], scale, level, destination);
    }

    /// <summary>Encodes complex numbers.</summary>
    /// <param name="values">At most N/2 finite numbers; missing ones are zero.</param>
    /// <param name="scale">What values are multiplied by before rounding: positive, normal, below the level's modulus.</param>
    /// <param name="level">The level; null means the highest.</param>
    /// <returns>The plaintext.</returns>
    /// <exception cref="EncodingException">Too many values, one is not finite, or they are too large for the modulus at this scale.</exception>
    /// <exception cref="ScaleRangeException">The scale is not possible at this level.</exception>
    /// <exception cref="LevelRangeException">There is no such level.</exception>
    public Plaintext Encode(ReadOnlySpan<Complex> values, double scale, int? level = null)
    {
        var result = Unwritten(level);
        Encode(values, scale, level, result);
        return result;
    }

    /// <summary>Encodes complex numbers into a plaintext. Allocates nothing.</summary>
    /// <param name="values">At most N/2 finite numbers; missing ones are zero.</param>
    /// <param name="scale">What values are multiplied by before rounding: positive, normal, below the level's modulus.</param>
    /// <param name="level">The level; null means the highest.</param>
    /// <param name="destination">A plaintext made by <see cref="Plaintext.Allocate"/>; gets that level and scale.</param>
    /// <exception cref="EncodingException">Too many values, one is not finite, or they are too large for the modulus at this scale.</exception>
    /// <exception cref="ScaleRangeException">The scale is not possible at this level.</exception>
    /// <exception cref="LevelRangeException">There is no such level.</exception>
    /// <exception cref="ParametersMismatchException">The destination is for other parameters.</exception>
    public void Encode(ReadOnlySpan<Complex> values, double scale, int? level, Plaintext destination)
    {
        RequireDestination(destination);
        RequireFits(values.Length);
        using var parts = new RentedArray<double>(2 * values.Length);
        var real = parts.Span[..values.Length];
        var imaginary = parts.Span[values.Length..];
        for (var i = 0; i < values.Length; i++) (real[i], imaginary[i]) = (values[i].Real, values[i].Imaginary);
        try
        {
            EncodeParts(real, imaginary, scale, level, destination);
        }
        finally
        {
            parts.Span.Clear();
        }
    }

    /// <remarks>No imaginary parts when all are zero.</remarks>
    private void EncodeParts(ReadOnlySpan<double> real, ReadOnlySpan<double> imaginary, double scale, int? level, Plaintext destination)
    {
        var at = level ?? Parameters.MaximumLevel;
        Parameters.RequireLevel(at);
        ScaleRules.RequireWithinModulus("encode", scale, Parameters, at);
        for (var i = 0; i < real.Length; i++)
        {
            if (!double.IsFinite(real[i]) || (!imaginary.IsEmpty && !double.IsFinite(imaginary[i])))
                throw new EncodingException($"Cannot encode: the value for slot {i} is not a finite number. Fill gaps before encoding.");
        }

        using var scratch = new RentedWords(Parameters.PolynomialDegree);
        try
        {
            var coefficients = MemoryMarshal.Cast<ulong, double>(scratch.Span);
            _transform.ToCoefficients(real, imaginary, scale, coefficients);
            var largest = Rounding.RoundAll(coefficients);
            RequireBelowHalfModulus(largest, scale, at);
            destination.Reshape(at, scale);
            for (var j = 0; j <= at; j++) TransformIntegers(scratch.Span, largest, j, destination.MutableLimb(j));
        }
        finally
        {
            scratch.Span.Clear();
        }
    }

    /// <summary>Integers as doubles to a transformed limb. Below 2^50 the lanes take them as they are.</summary>
    private void TransformIntegers(ReadOnlySpan<ulong> integers, double largest, int j, Span<ulong> limb)
    {
        var (context, ntt) = (Parameters.Context, Parameters.Context.Transforms[j]);
        if (ntt.HasLanes && largest < 1L << FloatModulus.MaximumBits)
        {
            if (ntt.HasFloats)
            {
                ntt.ForwardLanes<Ntt.Reduced, Ntt.ToWords>(integers, limb);
                return;
            }
            LimbKernels.DoublesToWords(integers, limb, ntt.Modulus, context.Lanes);
        }
        else
        {
            Residues(MemoryMarshal.Cast<ulong, double>(integers), largest, limb, ntt.Modulus);
        }
        ntt.Forward(limb);
    }

    private Plaintext Unwritten(int? level)
    {
        var at = level ?? Parameters.MaximumLevel;
        Parameters.RequireLevel(at);
        return Plaintext.Unwritten(Parameters, at);
    }

    [MethodImpl(Kernel.Loop)]
    private static void Residues(ReadOnlySpan<double> coefficients, double largest, Span<ulong> limb, Modulus modulus)
    {
        if (largest < 1L << 62)
        {
            for (var i = 0; i < limb.Length; i++) limb[i] = modulus.ReduceSigned((long)coefficients[i]);
        }
        else
        {
            for (var i = 0; i < limb.Length; i++) limb[i] = new ScaledInteger(coefficients[i]).Residue(modulus);
        }
    }

    private void RequireDestination(Plaintext destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (!Parameters.Equals(destination.Parameters)) throw new ParametersMismatchException("The destination", destination.Parameters, Parameters);
    }

    private void RequireFits(int count)
    {
        if (count > Parameters.SlotCount)
            throw new EncodingException($"Cannot encode {count} values: {Parameters} has {Parameters.SlotCount} slots. Use several plaintexts.");
    }

    private void RequireBelowHalfModulus(double largest, double scale, int level)
    {
        if (largest < Parameters.Context.HalfModulusByLevel[level]) return;
        throw new EncodingException(
            $"Cannot encode: the values at scale 2^{Math.Log2(scale):F1} need more than the {Parameters.ModulusBitsAtLevel(level)} bits "
            + $"of the modulus at level {level}. Use a smaller scale, smaller values or a higher level.");
    }
}
