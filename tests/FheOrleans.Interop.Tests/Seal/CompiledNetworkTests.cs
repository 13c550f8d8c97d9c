using System.Numerics;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Wire;
using FheOrleans.Interop.Tests.Support;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;
using Xunit.Abstractions;

namespace FheOrleans.Interop.Tests.Seal;

/// <summary>A whole compiled network on ciphertexts of Microsoft SEAL.</summary>
public class CompiledNetworkTests(ITestOutputHelper output)
{
    /// <summary>What the platform promises of every forecast.</summary>
    private const double Tolerance = 1e-4;

    [SealTheory]
    [InlineData("series", SealCompression.None)]
    [InlineData("series", SealCompression.Zlib)]
    [InlineData("series", SealCompression.Zstd)]
    public Task Run_PaperNetwork_SealDecryptsTheClearForecasts(string form, SealCompression mode) =>
        CheckAsync(PaperNetwork.Create(timePoints: 20, features: 7, seed: 7), form, mode);

    // A key-less result has four polynomials, which SEAL decrypts as it is.
    [SealTheory]
    [InlineData("polyphase-2-fast")]
    [InlineData("herd-keyless")]
    public Task Run_SmallPaperNetworkInOtherForms_SealDecryptsTheClearForecasts(string form) =>
        CheckAsync(PaperNetwork.Create(timePoints: 8, features: 2, seed: 7), form, SealCompression.None);

    [SealTheory]
    [InlineData("herd", SealCompression.None)]
    [InlineData("herd", SealCompression.Zstd)]
    public Task Run_LinearModel_SealDecryptsTheClearForecasts(string form, SealCompression mode) =>
        CheckAsync(LinearModel.Create([0.0846, 0.0132, 0.1782, 0.1624, 0.9855, -0.1960, 0.0496, 0, -0.0238, 0.0322, 0.0192], -0.1524), form, mode);

    private async Task CheckAsync(Network network, string form, SealCompression mode)
    {
        var circuit = CircuitCompiler.Compile(network, new CompilerOptions { Form = CircuitForm.Parse(form) });
        var plan = circuit.Plan;
        var values = Slots.Random(6, network.Features * (plan.WindowsPerBatch + network.TimePoints - 1)).Select(Math.Abs).ToArray();
        var windows = new WindowSet(values, network.Features, network.TimePoints, [.. Enumerable.Range(0, plan.WindowsPerBatch)]);
        var packer = new WindowPacker(plan, windows);

        await using var seal = new SealDriver();
        var made = await seal.MakeAsync(SealWriter.Write(plan.CreateParameters(), SealVersion.V41), [.. plan.RotationSteps], mode);
        var parameters = SealReader.ReadParameters(made.Parameters, out var version);
        var relinearization = plan.NeedsRelinearizationKeys ? SealReader.ReadRelinearizationKeys(parameters, made.RelinearizationKeys) : null;
        var galois = made.GaloisKeys is null
            ? null
            : SealReader.ReadGaloisKeys(parameters, made.GaloisKeys, plan.RotationSteps.Select(step => GaloisElements.FromStep(parameters.PolynomialDegree, step)));
        var runner = new CkksCircuitRunner(circuit, parameters, relinearization, galois);
        var predictions = new double[windows.Count];
        for (var batch = 0; batch < packer.BatchCount; batch++)
        {
            var inputs = new List<Ciphertext>();
            foreach (var input in packer.Pack(batch))
                inputs.Add(SealReader.ReadCiphertext(parameters, await seal.EncryptAsync(Array.ConvertAll(input, slot => slot.Real), plan.InputScale, seeded: true, mode)));
            var results = runner.Run(inputs);
            var decrypted = new List<Complex[]>();
            foreach (var result in results)
                decrypted.Add(Array.ConvertAll(await seal.DecryptAsync(SealWriter.Write(result, version, mode)), slot => new Complex(slot, 0)));
            packer.Unpack(batch, decrypted, predictions);
        }

        var difference = Slots.LargestDifference(network.PredictBatch(windows), predictions);
        output.WriteLine($"{form}, {mode}: N = {plan.PolynomialDegree}, {plan.RotationSteps.Length} rotation keys, {windows.Count} windows, largest error {difference:0.0e+0}");
        Assert.InRange(difference, 0, Tolerance);
    }
}
