using System.Security.Cryptography;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Tests.Support;
using FheOrleans.Networks.Training;

namespace FheOrleans.Networks.Tests.KnownAnswer;

/// <summary>
/// Seeds give the same bits on every machine. The hashes were made on x86-64 with AVX-512; a machine that rounds, orders or fuses
/// otherwise shows here. They change only with the generator, the optimizer, the JSON or a pass of the compiler.
/// </summary>
public class DeterminismTests
{
    [Fact]
    public void Train_FixedSeeds_GivesTheRecordedWeights()
    {
        var windows = Herds.WithTargets(41, 7, 20, 1000, (set, i) => 0.3 + 0.4 * set.Window(i)[133]);
        var start = PaperNetwork.Create(seed: 3);
        Assert.Equal("0ecb6bde0452bbeb", Hash(start.ToJson()));
        var trained = Trainer.Train(start, windows, null, new TrainingOptions { Epochs = 3, Seed = 8 }).Network;
        Assert.Equal("73d9690562fc3c44", Hash(trained.ToJson()));
    }

    [Theory]
    [InlineData(CircuitLayout.Series, "4131ccdae9753e02")]
    [InlineData(CircuitLayout.Herd, "554e2a097e4c310a")]
    public void Compile_FixedWeights_GivesTheRecordedInstructions(CircuitLayout layout, string hash)
    {
        var circuit = CircuitCompiler.Compile(PaperNetwork.Create(seed: 3), new CompilerOptions { Layout = layout });
        using var text = new MemoryStream();
        using (var writer = new BinaryWriter(text))
        {
            foreach (var i in circuit.Program.Instructions)
            {
                foreach (var number in new[] { (int)i.Operation, i.Target, i.Left, i.Right, i.Argument, i.Level, i.Size }) writer.Write(number);
                foreach (var number in new[] { i.Value, i.PlainScale, i.Scale }) writer.Write(number);
            }
            writer.Write(circuit.Plan.PredictedError);
        }
        Assert.Equal(hash, Hash(text.ToArray()));
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..16];
}
