using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Layers;

namespace FheOrleans.Networks.Tests.Contract;

/// <summary>What the compiler makes of the paper's network in each form, held against the circuit notes; and what it refuses.</summary>
public class FormCompilerTests
{
    [Theory]
    [InlineData("polyphase-7", 650, 28_653, 49, 7)]
    [InlineData("polyphase-4-complex", 580, 32_730, 28, 4)]
    [InlineData("polyphase-4-complex-fast", 508, 32_730, 28, 4)]
    [InlineData("series-fast", 194, 4_077, 7, 1)]
    [InlineData("herd-keyless", 20, 4_096, 140, 1)]
    public void Compile_PaperNetwork_HasTheNotesTransformsAndWindows(string form, long transforms, int windows, int inputs, int outputs)
    {
        var circuit = Compile(PaperNetwork.Create(), form);
        Assert.Equal(form, circuit.Plan.Form.ToString());
        Assert.Equal((transforms, windows), (circuit.Report.Transforms, circuit.Plan.WindowsPerBatch));
        Assert.Equal((inputs, outputs), (circuit.Plan.InputCiphertexts, circuit.Plan.Outputs));
    }

    [Fact]
    public void Compile_PolyphaseFourComplex_NeedsThreeKeysInFourMegabytes()
    {
        var (plan, report) = (Compile(PaperNetwork.Create(), "polyphase-4-complex").Plan, Compile(PaperNetwork.Create(), "polyphase-4-complex").Report);
        Assert.Equal([50, 50, 36, 26, 50], plan.ModulusBits.ToArray());
        Assert.Equal([1], plan.RotationSteps.ToArray());
        Assert.True(plan is { NeedsConjugationKey: true, NeedsRelinearizationKeys: true });
        Assert.Equal(4_000_144, report.KeyBytes);

        // Four rotations of the convolution for all phases, fifteen of the dense layer, four conjugations, two relinearizations each.
        Assert.Equal((19, 4, 8, 31), (report.Rotations, report.Conjugations, report.Relinearizations, report.KeySwitches));
        Assert.InRange(report.UploadBytes, 0, 450L * 17_309);
    }

    [Fact]
    public void Compile_Fast_IsPresetS3()
    {
        var plan = Compile(PaperNetwork.Create(), "series-fast").Plan;
        Assert.Equal([1125899905351681, 1125899905744897, 1125899906629633, 1125899906826241], plan.Primes.ToArray());
        Assert.Equal((Math.ScaleB(1, 25), Math.ScaleB(1, 43)), (plan.InputScale, plan.OutputScale));
    }

    [Fact]
    public void Compile_Keyless_NeedsNoKeysAndGivesFourPolynomials()
    {
        var (plan, report) = (Compile(PaperNetwork.Create(), "herd-keyless").Plan, Compile(PaperNetwork.Create(), "herd-keyless").Report);
        Assert.Equal([50, 50, 50, 26], plan.ModulusBits.ToArray());
        Assert.False(plan.NeedsRelinearizationKeys || plan.NeedsGaloisKeys);
        Assert.Equal((4, 0L, 262_257L), (plan.OutputSize, report.KeyBytes, report.ResultBytes));
    }

    [Fact]
    public void Compile_SquareInComplexForm_IsRefusedAndSaysWhichFormWorks()
    {
        var network = new Network(4, 1, new Conv1D(0, 2, 1, 1, [0.5, 0.25, 0]), new Activation(1, PolynomialActivation.Square), new Dense(2, 1, [1, 1, 1, 0]));
        var error = Assert.Throws<CircuitCompilationException>(() => Compile(network, "polyphase-2-complex"));
        Assert.Equal(CircuitRefusal.Layout, error.Refusal);
        Assert.Contains("without -complex", error.Message, StringComparison.Ordinal);
        Assert.Equal("polyphase-2", Compile(network, "polyphase-2").Plan.Form.ToString());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Compile_KeylessWithMoreThanOneKindOfActivation_IsRefusedAndSaysWhichFormWorks(bool deep)
    {
        var network = deep
            ? new Network(1, 2, new Dense(0, 1, [1, 1, 0]), new Activation(1, PolynomialActivation.Square), new Dense(2, 1, [1, 0.5]),
                new Activation(3, PolynomialActivation.Square))
            : new Network(1, 2, new Dense(0, 1, [1, 1, 0]), new Activation(1, PolynomialActivation.Square), new Activation(1, PolynomialActivation.Sigmoid3),
                new Sum(2, 3));
        var error = Assert.Throws<CircuitCompilationException>(() => Compile(network, "herd-keyless"));
        Assert.Equal(CircuitRefusal.Layout, error.Refusal);
        Assert.Contains("form herd", error.Message, StringComparison.Ordinal);
        Assert.Equal("herd", Compile(network, "herd").Plan.Form.ToString());
    }

    [Fact]
    public void Compile_MorePhasesThanInputsAllow_IsRefused()
    {
        var network = new Network(2, 100, new Dense(0, 1, [.. Enumerable.Repeat(0.01, 200), 0]));
        var error = Assert.Throws<CircuitCompilationException>(() => Compile(network, "polyphase-41"));
        Assert.Equal((CircuitRefusal.TooLarge, 4100, 4096), (error.Refusal, error.Needed, error.Available));
    }

    [Fact]
    public void Compile_MoreTermsInAllPhasesThanAllowed_IsRefused()
    {
        // 8 x 64 x 32 weights in the convolution: 16,384 in one phase, over a million in 64.
        var network = new Network(
            100, 32, new Conv1D(0, 64, 8, 1, [.. Enumerable.Repeat(0.001, 8 * 64 * 32 + 8)]), new Activation(1, PolynomialActivation.Sigmoid3),
            new Dense(2, 1, [.. Enumerable.Repeat(0.01, 8 * 37 + 1)]));
        var error = Assert.Throws<CircuitCompilationException>(() => Compile(network, "polyphase-64"));
        Assert.Equal(CircuitRefusal.TooLarge, error.Refusal);
    }

    [Fact]
    public void Compile_Means_AreUsedByFastFormsOnly()
    {
        var plain = PaperNetwork.Create();
        var network = plain.WithMeans(Support.Herds.Walks(5, 7, 20, 50));
        IEnumerable<double> Corrections(string form, Network of) =>
            Compile(of, form).Program.Instructions.Select(i => i.Correction).Where(correction => correction != 0);
        Assert.Empty(Corrections("series", network));
        Assert.Empty(Corrections("series-fast", plain));

        // One for the convolution, one for the dense layer; far smaller than a weight.
        Assert.Equal(2, Corrections("series-fast", network).Count());
        Assert.All(Corrections("series-fast", network), correction => Assert.InRange(Math.Abs(correction), 0, 1e-4));
    }

    private static CompiledCircuit Compile(Network network, string form) =>
        CircuitCompiler.Compile(network, new CompilerOptions { Form = CircuitForm.Parse(form) });
}
