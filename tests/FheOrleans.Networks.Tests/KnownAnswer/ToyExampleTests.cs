using System.Numerics;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;
using FheOrleans.Networks.Tests.Support;

namespace FheOrleans.Networks.Tests.KnownAnswer;

/// <summary>Every number of the toy example (circuit notes, section 13), worked out by hand there.</summary>
public class ToyExampleTests
{
    private static readonly double[] ExpectedO = [-0.078263167, 0.203827002, 0.029156039, 0.164311164, 0.178950938, 0.203187257];
    private static readonly double[] ExpectedOut = [0.484584074, 0.540120047, 0.505743641, 0.532351555, 0.535230412, 0.539994335];

    [Fact]
    public void Toy_Definition_MatchesPrintedNumbers()
    {
        Assert.Equal([0, .7, .3, 0, .9, .7, .5, .3], Enumerable.Range(0, 8).Select(t => Toy.X(0, t)));
        Assert.Equal([.7, .3, 1, .7, .5, .3, .1, 1], Enumerable.Range(0, 8).Select(t => Toy.X(6, t)));
        Assert.Equal([-.6, .4, 0, -.4, .6, .2, -.2], Enumerable.Range(0, 7).Select(f => Toy.W(0, f)));
        Assert.Equal([-.2, .8, 0, -.8, .2, -.6, .4, -.4], Enumerable.Range(0, 8).Select(Toy.V));
    }

    [Fact]
    public void Predict_Toy_GivesPrintedForecasts()
    {
        var forecasts = Toy.Network.PredictBatch(Toy.Windows());
        for (var t = 0; t < 6; t++) Assert.Equal(ExpectedOut[t], forecasts[t], 9);
        Assert.Equal(0.510883010, forecasts[44], 9);
        Assert.Equal(22.8068430880, forecasts[..45].Sum(), 9);
    }

    [Theory]
    [InlineData("herd")]
    [InlineData("herd-keyless")]
    [InlineData("series")]
    [InlineData("series-fast")]
    [InlineData("polyphase-4")]
    [InlineData("polyphase-4-complex")]
    public void ClearCircuit_Toy_GivesPrintedPreActivations(string form)
    {
        var circuit = CircuitCompiler.Compile(Toy.Network, new CompilerOptions { Form = CircuitForm.Parse(form) });
        var outputs = RunClear(circuit, Toy.Windows());
        for (var t = 0; t < 6; t++) Assert.Equal(ExpectedO[t], outputs[t], 9);
        Assert.Equal(0.055247130, outputs[44], 9);
        Assert.Equal(-0.093359006, outputs[45], 9);
        Assert.Equal(1.5625157128, outputs[..45].Sum(), 9);
        Assert.Equal(2.2628487328, outputs.Sum(), 9);
        Assert.Equal(0.5423411704, outputs.Select(Math.Abs).Max(), 9);
    }

    [Fact]
    public void ClearCircuit_ToyInFourPhases_GivesPrintedValuesOfPhaseThree()
    {
        var circuit = CircuitCompiler.Compile(Toy.Network, new CompilerOptions { Form = CircuitForm.Polyphase(4) });
        var outputs = new ClearCircuitRunner(circuit).Run(new WindowPacker(circuit.Plan, Toy.Windows()).Pack(0));
        double[] expected = [0.164311164, -0.107670758, -0.082790897]; // o[3], o[7], o[11]
        for (var slot = 0; slot < 3; slot++) Assert.Equal(expected[slot], outputs[3][slot].Real, 9);
    }

    [Theory]
    [InlineData("series-complex")]
    [InlineData("polyphase-4-complex")]
    public void ClearCircuit_ToyAndItsComplement_GivesBothSeriesPrintedPreActivations(string form)
    {
        var circuit = CircuitCompiler.Compile(Toy.Network, new CompilerOptions { Form = CircuitForm.Parse(form) });

        // The second series is 1 - x, far away in the table: a strip of its own, in the imaginary parts.
        var (toy, away) = (Toy.Windows(), circuit.Plan.StripLength);
        var points = new double[(away + 2 * Toy.Points) * 7];
        toy.Points.CopyTo(points, 0);
        for (var i = 0; i < toy.Points.Length; i++) points[away * 7 + i] = 1 - toy.Points[i];
        var windows = new WindowSet(points, 7, 20, [0, 1, 2, 3, 4, 5, away, away + 1, away + 2]);
        var packer = new WindowPacker(circuit.Plan, windows);
        Assert.Equal(1, packer.BatchCount);
        var slots = packer.Pack(0);
        Assert.Equal(new Complex(Toy.X(6, 0), 1 - Toy.X(6, 0)), slots[6][0]);

        var outputs = RunClear(circuit, windows);
        for (var t = 0; t < 6; t++) Assert.Equal(ExpectedO[t], outputs[t], 9);
        double[] second = [0.205241687, -0.067749602, -0.048592879];
        for (var t = 0; t < 3; t++) Assert.Equal(second[t], outputs[6 + t], 9);
    }

    [Fact]
    public void Compile_ToySeries_FoldsAsPrinted()
    {
        // U_4[0] = sum over f of k w[4][f] x_f[0]: the first scalar products of the circuit are those of the last tap.
        var circuit = CircuitCompiler.Compile(Toy.Network, new CompilerOptions { Layout = CircuitLayout.Series });
        var inputs = circuit.Program.Instructions.Where(i => i.Operation == Operation.Input).ToDictionary(i => i.Target, i => i.Argument);
        var first = circuit.Program.Instructions.First(i => i.Operation == Operation.Combine);
        Assert.Equal(6, first.Operands.Length); // one of the seven weights is 0
        Assert.Equal(-0.034922823, first.Operands.Sum(term => term.Factor * Toy.X(inputs[term.Register], 0)), 9);

        // The constant term of the dense layer: C0 = B + 0.5 sum v.
        Assert.Equal(0.1, circuit.Program.Instructions.Last(i => i.Operation == Operation.AddScalar).Value, 12);
    }

    /// <summary>The circuit's results for all windows, before the epilogue.</summary>
    private static double[] RunClear(CompiledCircuit circuit, WindowSet windows)
    {
        var packer = new WindowPacker(circuit.Plan with { Epilogue = [0, 1] }, windows);
        var results = new double[windows.Count];
        for (var batch = 0; batch < packer.BatchCount; batch++)
            packer.Unpack(batch, new ClearCircuitRunner(circuit).Run(packer.Pack(batch)), results);
        return results;
    }
}
