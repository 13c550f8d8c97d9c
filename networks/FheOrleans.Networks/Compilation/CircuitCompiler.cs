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
        RequireInputs(network, options.Form);

        var (output, epilogue) = Epilogue(network, options);
        var isLive = options.Layout == CircuitLayout.Live;

        // A live circuit is the series circuit with time in place of slots: its parameters, depths and scales are the same.
        var traced = Tracer.Trace(network, isLive ? options with { Layout = CircuitLayout.Series } : options, output);
        var form = isLive ? CircuitForm.Series : options.Form;
        var root = Folder.Fold(traced, form);
        if (form.IsKeyless) RequireKeyless(root);
        var slope = Slope(epilogue, root.Bound);
        var candidate = options.Parameters is { } wanted
            ? ParameterChooser.Take(root, form, network.Features, wanted)
            : ParameterChooser.Choose(root, form, network.Features, options.TargetError / (slope * NoiseModel.Extreme), network.TimePoints);
        if (isLive) candidate = Live(root, candidate, network, options, slope);
        if (network.TimePoints > form.Phases * candidate.Parameters.SlotCount)
        {
            throw new CircuitCompilationException(
                CircuitRefusal.TooLarge,
                $"A window has {network.TimePoints} time points and there are {form.Phases * candidate.Parameters.SlotCount} slots.");
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

    private static void RequireInputs(Network network, CircuitForm form)
    {
        var inputs = form.InputCiphertexts(network.TimePoints, network.Features);
        if (inputs <= Limits.MaximumInputs) return;
        throw new CircuitCompilationException(
            CircuitRefusal.TooLarge,
            $"A batch would have {inputs} input ciphertexts in the form {form}; {Limits.MaximumInputs} are allowed. Use fewer phases.")
        {
            Needed = inputs,
            Available = Limits.MaximumInputs,
        };
    }

    /// <summary>Without keys only one layer of products is possible, all of one degree, whose sum is the result.</summary>
    private static void RequireKeyless(LinearValue root)
    {
        var products = root.Terms.Select(term => term.Source).OfType<ProductValue>().ToList();
        static bool IsInputs(Value value) =>
            value is InputValue || value is LinearValue linear && linear.Terms.All(term => term.Source is InputValue);
        var kinds = products.Select(product => (product.GetType(), product.Argument is InputValue)).Distinct().Count();
        if (kinds <= 1 && products.TrueForAll(product => product.IsFolded && IsInputs(product.Argument))) return;
        throw new CircuitCompilationException(
            CircuitRefusal.Layout,
            "Without evaluation keys a forecast may be a sum over one layer of activations, all squares or all cubics, of sums of inputs; "
            + "this network has several layers or kinds of them. Use the form herd.");
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

    private static Candidate Live(LinearValue root, Candidate series, Network network, CompilerOptions options, double slope)
    {
        var (form, slots) = (options.Form, series.Parameters.SlotCount);
        if (form.Blocks(network.Features) > slots)
            throw new CircuitCompilationException(CircuitRefusal.TooLarge, $"A point has {network.Features} features and a ciphertext {slots} slots. Use the form live.");
        var circuit = LiveEmitter.Emit(root, series, network, form, out var noise)
            ?? throw new CircuitCompilationException(
                CircuitRefusal.Range, "A value that is kept between time points does not fit the modulus of its level. Use smaller weights or a smaller input bound.");
        var vectors = circuit.Instructions.Count(instruction => instruction.Operation == Operation.MultiplyBlocks);
        if (vectors > Limits.MaximumVectors)
        {
            throw new CircuitCompilationException(
                CircuitRefusal.TooLarge, $"The packed form would multiply by {vectors} vectors of weights; {Limits.MaximumVectors} are allowed. Use the form live.")
            {
                Needed = vectors,
                Available = Limits.MaximumVectors,
            };
        }
        if (form.IsPacked && NoiseModel.Extreme * slope * noise > options.TargetError)
        {
            throw new CircuitCompilationException(
                CircuitRefusal.NotPreciseEnough,
                $"The predicted error of the packed form is {NoiseModel.Extreme * slope * noise:g3}, and {options.TargetError:g3} is asked for. Use the form live.")
            {
                Needed = NoiseModel.Extreme * slope * noise,
                Available = options.TargetError,
            };
        }
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
        var result = instructions.Last(i => i.Target == candidate.Circuit.Outputs[0]);
        return new CircuitPlan
        {
            Form = form,
            PolynomialDegree = parameters.PolynomialDegree,
            Primes = parameters.Primes,
            ModulusBits = parameters.ModulusBits,
            TimePoints = network.TimePoints,
            Features = network.Features,
            Inputs = network.Inputs,
            InputCiphertexts = form.InputCiphertexts(network.TimePoints, network.Features),
            InputLevel = parameters.MaximumLevel,
            InputScale = Math.ScaleB(1, candidate.Placement.InputBits),
            InputBound = options.InputBound,
            RotationSteps = [.. instructions.Where(i => i.Operation == Operation.Rotate).Select(i => i.Argument).Distinct().Order()],
            NeedsRelinearizationKeys = instructions.Any(i => i.Operation == Operation.Relinearize),
            Outputs = form.Phases,
            OutputLevel = 0,
            OutputScale = result.Scale,
            OutputSize = result.Size,
            NeedsConjugationKey = instructions.Any(i => i.Operation == Operation.Conjugate),
            WindowsPerBatch = form.WindowsPerBatch(parameters.SlotCount, network.TimePoints, network.Features),
            Epilogue = epilogue,
            PredictedError = NoiseModel.Extreme * slope * candidate.Noise,
        };
    }
}
