using System.Collections.Immutable;
using FheOrleans.Networks.Compilation.Passes;
using FheOrleans.Networks.Layers;

namespace FheOrleans.Networks.Compilation;

/// <summary>
/// Compiles a network into a circuit over CKKS ciphertexts: trace, fold, place levels and scales, choose rotations, emit, schedule.
/// </summary>
/// <remarks>
/// Deterministic: the same network and options give the same circuit on every machine. docs/circuits.md goes through the passes.
/// </remarks>
public static class CircuitCompiler
{
    private static readonly ImmutableArray<double> Identity = [0, 1];

    /// <summary>Compiles.</summary>
    /// <param name="network">Any network of the layers in this assembly, with activations of degree 3 at most.</param>
    /// <param name="options">Layout, target error, and whether the last activation is encrypted.</param>
    /// <returns>The circuit, its plan and what it costs.</returns>
    /// <exception cref="CircuitCompilationException">It cannot be compiled as asked; says why, and what to change.</exception>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public static CompiledCircuit Compile(Network network, CompilerOptions options)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (options.Form != CircuitForm.Of(options.Layout))
            throw new CircuitCompilationException(CircuitRefusal.Layout, $"The form {options.Form} is not made yet; series and herd are.");

        var (output, epilogue) = Epilogue(network, options);
        var isLive = options.Layout == CircuitLayout.Live;

        // A live circuit is the series circuit with time in place of slots: its parameters, depths and scales are the same.
        var traced = Tracer.Trace(network, isLive ? options with { Layout = CircuitLayout.Series } : options, output);
        var root = Folder.Fold(traced);
        var slope = Slope(epilogue, root.Bound);
        var candidate = options.Parameters is { } wanted
            ? ParameterChooser.Take(root, wanted)
            : ParameterChooser.Choose(root, options.TargetError / (slope * NoiseModel.Extreme), network.TimePoints);
        if (isLive) candidate = Live(root, candidate, network);
        if (network.TimePoints > candidate.Parameters.SlotCount)
        {
            throw new CircuitCompilationException(
                CircuitRefusal.TooLarge, $"A window has {network.TimePoints} time points and there are {candidate.Parameters.SlotCount} slots.");
        }

        var plan = Plan(network, options, candidate, epilogue?.Coefficients ?? Identity, slope);
        if (plan.RotationSteps.Length > CircuitPlanJson.MaximumRotationSteps)
        {
            throw new CircuitCompilationException(
                CircuitRefusal.TooLarge,
                $"The circuit rotates by {plan.RotationSteps.Length} different steps, each with a key of its own; "
                + $"{CircuitPlanJson.MaximumRotationSteps} are allowed. Use the herd layout.");
        }
        var report = CircuitReport.Of(plan, candidate.Circuit, slope * candidate.Noise);
        if (report.KeySwitches > Limits.MaximumKeySwitches)
        {
            throw new CircuitCompilationException(
                CircuitRefusal.TooLarge,
                $"The circuit switches keys {report.KeySwitches} times; {Limits.MaximumKeySwitches} are allowed. "
                + "Use fewer units over fewer time points, or the other layout.");
        }
        return new CompiledCircuit(plan, candidate.Circuit, report);
    }

    /// <summary>
    /// The value the circuit ends with, and what the client then applies. A last activation that only rises or only falls on its interval
    /// goes to the client: its argument says no more than its value.
    /// </summary>
    private static (int Output, PolynomialActivation? Epilogue) Epilogue(Network network, CompilerOptions options) =>
        !options.EncryptLastActivation && network.Layers[^1] is Activation { Function: var function } last && function.IsMonotone
            ? (last.Inputs[0], function)
            : (network.Layers.Length, null);

    /// <summary>The most an error before the epilogue can grow in it.</summary>
    private static double Slope(PolynomialActivation? epilogue, double bound)
    {
        if (epilogue is null) return 1;
        var largest = 0.0;
        var reach = Math.Min(epilogue.Interval, bound);
        for (var i = -64; i <= 64; i++) largest = Math.Max(largest, Math.Abs(epilogue.Derivative(reach * i / 64)));
        return largest;
    }

    private static Candidate Live(LinearValue root, Candidate series, Network network)
    {
        var circuit = LiveEmitter.Emit(root, series, network.TimePoints, network.Features, out var noise)
            ?? throw new CircuitCompilationException(
                CircuitRefusal.Range, "A value that is kept between time points does not fit the modulus of its level. Use smaller weights or a smaller input bound.");
        return circuit.Memory.Count <= Limits.MaximumRemembered
            ? series with { Circuit = circuit, Noise = noise }
            : throw new CircuitCompilationException(
                CircuitRefusal.TooLarge,
                $"A live forecast would keep {circuit.Memory.Count} ciphertexts between time points; {Limits.MaximumRemembered} are allowed. "
                + "Use fewer units or a shorter window.")
            {
                Needed = circuit.Memory.Count,
                Available = Limits.MaximumRemembered,
            };
    }

    private static CircuitPlan Plan(Network network, CompilerOptions options, Candidate candidate, ImmutableArray<double> epilogue, double slope)
    {
        var parameters = candidate.Parameters;
        var form = options.Form;
        var instructions = candidate.Circuit.Instructions;
        return new CircuitPlan
        {
            Form = form,
            PolynomialDegree = parameters.PolynomialDegree,
            Primes = parameters.Primes,
            ModulusBits = parameters.ModulusBits,
            TimePoints = network.TimePoints,
            Features = network.Features,
            InputCiphertexts = form.InputCiphertexts(network.TimePoints, network.Features),
            InputLevel = parameters.MaximumLevel,
            InputScale = Math.ScaleB(1, candidate.Placement.InputBits),
            InputBound = options.InputBound,
            RotationSteps = [.. instructions.Where(i => i.Operation == Operation.Rotate).Select(i => i.Argument).Distinct().Order()],
            NeedsRelinearizationKeys = instructions.Any(i => i.Operation == Operation.Relinearize),
            Outputs = form.Phases,
            OutputLevel = 0,
            OutputScale = instructions.Last(i => i.Target == candidate.Circuit.Output).Scale,
            WindowsPerBatch = form.WindowsPerBatch(parameters.SlotCount, network.TimePoints),
            Epilogue = epilogue,
            PredictedError = NoiseModel.Extreme * slope * candidate.Noise,
        };
    }
}
