using System.Collections.Immutable;
using FheOrleans.Ckks;

namespace FheOrleans.Networks.Compilation.Passes;

/// <summary>A register as the builder knows it.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Level">Level of what it holds.</param>
/// <param name="Scale">Scale of what it holds.</param>
/// <param name="Size">Polynomials in it.</param>
/// <param name="Noise">Root-mean-square error of the value in it.</param>
internal readonly record struct Register(int Id, int Level, double Scale, int Size, double Noise);

/// <summary>
/// Appends instructions, working out level, scale, size and noise of each result. Errors of different operands are taken as independent,
/// and as small beside the values.
/// </summary>
internal sealed class CircuitBuilder(CkksParameters parameters, CircuitForm form)
{
    // Sizes are planned in whole bits, and primes lie a little below powers of two.
    private const double RoomTolerance = 1.01;

    private readonly double _magnitude = form.IsComplex ? Math.Sqrt(2) : 1;
    private readonly NoiseModel _noise = new(parameters.PolynomialDegree, parameters.SpecialPrime);
    private int _registers;

    public List<Instruction> Instructions { get; } = [];

    public CkksParameters Parameters => parameters;

    /// <summary>False once a value was found to have no room in the modulus of its level.</summary>
    public bool HasRoom { get; private set; } = true;

    /// <summary>The circuit, in whichever order holds less at one time.</summary>
    /// <param name="outputs">The results.</param>
    /// <param name="memory">What a live circuit keeps and recalls; none for others.</param>
    public Circuit Finish(IReadOnlyList<Register> outputs, LiveMemory? memory = null)
    {
        memory ??= LiveMemory.None;
        ImmutableArray<int> results = [.. outputs.Select(output => output.Id)];
        var emitted = Liveness.Mark(Combiner.Combine(Instructions, _registers), _registers, results, memory);
        var inputByInput = Scheduler.InputByInput(Instructions, _registers);
        var scheduled = Liveness.Mark(Combiner.Combine(inputByInput, _registers), _registers, results, memory);
        return scheduled.PeakLimbs < emitted.PeakLimbs ? scheduled : emitted;
    }

    public Register Input(int index, int level, double scale) =>
        Append(Operation.Input, New(level, scale, 2, _noise.Fresh / scale), argument: index);

    /// <summary>What an earlier run of the circuit kept, as an input: as exact as it was then.</summary>
    public Register Recall(int index, Register kept) =>
        Append(Operation.Input, New(kept.Level, kept.Scale, kept.Size, kept.Noise), argument: index);

    public Register MultiplyScalar(Register a, double value, double plainScale, double typical) => Append(
        Operation.MultiplyScalar,
        New(a.Level, a.Scale * plainScale, a.Size, ScalarNoise(a, value, plainScale, typical)),
        a.Id,
        value: value,
        plainScale: plainScale);

    public Register MultiplyScalarAdd(Register sum, Register a, double value, double plainScale, double typical) => Append(
        Operation.MultiplyScalarAdd,
        sum with { Noise = ExactMath.Hypot(sum.Noise, ScalarNoise(a, value, plainScale, typical)) },
        sum.Id,
        a.Id,
        value,
        plainScale);

    /// <summary>Multiplies by a vector that has a value for each of equal blocks of slots.</summary>
    /// <param name="a">What is multiplied: other numbers in every block.</param>
    /// <param name="blocks">The values.</param>
    /// <param name="plainScale">The scale they are encoded at.</param>
    /// <param name="typical">A typical number in a slot of <paramref name="a"/>.</param>
    public Register MultiplyBlocks(Register a, ImmutableArray<double> blocks, double plainScale, double typical)
    {
        // The mean over the blocks: they are added up afterwards, so that what counts is the sum of their squares.
        var size = Math.Sqrt(blocks.Sum(value => value * value) / blocks.Length);
        var noise = ExactMath.Hypot(size * a.Noise, _noise.VectorRounding / plainScale * typical);
        var product = Append(Operation.MultiplyBlocks, New(a.Level, a.Scale * plainScale, a.Size, noise), a.Id, plainScale: plainScale);
        Instructions[^1] = Instructions[^1] with { Blocks = blocks };
        return product;
    }

    /// <summary>Multiplies by a whole number: exact.</summary>
    public Register Lift(Register a, double factor) =>
        Append(Operation.MultiplyScalar, New(a.Level, a.Scale * factor, a.Size, a.Noise), a.Id, value: 1, plainScale: factor);

    /// <summary>Multiplies by a whole number, keeping the scale: exact.</summary>
    public Register Repeat(Register a, int times) =>
        Append(Operation.MultiplyScalar, New(a.Level, a.Scale, a.Size, times * a.Noise), a.Id, value: times, plainScale: 1);

    /// <summary>Adds a constant, to both parts where a slot holds two series.</summary>
    /// <param name="a">The sum.</param>
    /// <param name="value">The constant.</param>
    /// <param name="correction">What is added to it on ciphertexts only, to make good the rounding of weights.</param>
    public Register AddScalar(Register a, double value, double correction = 0)
    {
        var result = Append(Operation.AddScalar, New(a.Level, a.Scale, a.Size, a.Noise), a.Id, value: value);
        Instructions[^1] = Instructions[^1] with { IsForBothParts = form.IsComplex, Correction = correction };
        return result;
    }

    public Register SubtractFromScalar(double value, Register a) =>
        Append(Operation.SubtractFromScalar, New(a.Level, a.Scale, a.Size, a.Noise), a.Id, value: value);

    public Register Add(Register sum, Register a) => Append(Operation.Add, sum with { Noise = ExactMath.Hypot(sum.Noise, a.Noise) }, sum.Id, a.Id);

    public Register Negate(Register a) => Append(Operation.Negate, New(a.Level, a.Scale, a.Size, a.Noise), a.Id);

    public Register Square(Register a, double typical) =>
        Append(Operation.Square, New(a.Level, a.Scale * a.Scale, 3, 2 * typical * a.Noise), a.Id);

    public Register Multiply(Register a, double typicalA, Register b, double typicalB) => Append(
        Operation.Multiply, New(a.Level, a.Scale * b.Scale, a.Size + b.Size - 1, typicalB * a.Noise + typicalA * b.Noise), a.Id, b.Id);

    public Register MultiplyAdd(Register sum, Register a, double typicalA, Register b, double typicalB) => Append(
        Operation.MultiplyAdd, sum with { Noise = ExactMath.Hypot(sum.Noise, typicalB * a.Noise + typicalA * b.Noise) }, a.Id, b.Id);

    public Register Relinearize(Register a) => Append(Operation.Relinearize, New(a.Level, a.Scale, 2, AfterKeySwitch(a)), a.Id);

    public Register Rotate(Register a, int step) => Append(Operation.Rotate, New(a.Level, a.Scale, a.Size, AfterKeySwitch(a)), a.Id, argument: step);

    public Register Conjugate(Register a) => Append(Operation.Conjugate, New(a.Level, a.Scale, a.Size, AfterKeySwitch(a)), a.Id);

    public Register Rescale(Register a)
    {
        var scale = a.Scale / parameters.Primes[a.Level];
        return Append(Operation.Rescale, New(a.Level - 1, scale, a.Size, ExactMath.Hypot(a.Noise, _noise.RoundingAt(a.Size) / scale)), a.Id);
    }

    public Register DropLevel(Register a, int level) =>
        level == a.Level ? a : Append(Operation.DropLevel, New(level, a.Scale, a.Size, a.Noise), a.Id);

    /// <summary>Notes that a register must hold values of up to <paramref name="bound"/> in size, of either sign.</summary>
    public void RequireRoom(Register a, double bound)
    {
        var modulus = RoomTolerance;
        for (var i = 0; i <= a.Level; i++) modulus *= parameters.Primes[i];
        HasRoom &= 2 * a.Scale * Math.Max(1, bound * _magnitude) <= modulus;
    }

    private static double ScalarNoise(Register a, double value, double plainScale, double typical) =>
        ExactMath.Hypot(value * a.Noise, NoiseModel.WeightRounding / plainScale * typical);

    private double AfterKeySwitch(Register a) => ExactMath.Hypot(a.Noise, _noise.KeySwitch(parameters.Primes.AsSpan(0, a.Level + 1)) / a.Scale);

    private Register New(int level, double scale, int size, double noise) => new(_registers++, level, scale, size, noise);

    private Register Append(
        Operation operation, Register target, int left = -1, int right = -1, double value = 0, double plainScale = 1, int argument = 0)
    {
        Instructions.Add(new Instruction(operation, target.Id, left, right, value, plainScale, argument, target.Level, target.Scale, target.Size));
        return target;
    }
}
