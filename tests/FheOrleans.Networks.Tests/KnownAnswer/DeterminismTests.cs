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
    [InlineData("series", "d2587b3a685b32f4")]
    [InlineData("herd", "562c4692aaa08b13")]
    [InlineData("polyphase-4-complex", "dca32abeb8e4fb78")]
    [InlineData("herd-keyless", "e8e147f3a1310b67")]
    [InlineData("series-fast", "fc133994481305bb")]
    public void Compile_FixedWeights_GivesTheRecordedInstructions(string form, string hash)
    {
        var network = PaperNetwork.Create(seed: 3).WithMeans(Herds.Walks(4, 7, 20, 10));
        var circuit = CircuitCompiler.Compile(network, new CompilerOptions { Form = CircuitForm.Parse(form) });
        using var text = new MemoryStream();
        using (var writer = new BinaryWriter(text))
        {
            foreach (var i in circuit.Program.Instructions)
            {
                foreach (var number in new[] { (int)i.Operation, i.Target, i.Left, i.Right, i.Argument, i.Level, i.Size }) writer.Write(number);
                foreach (var number in new[] { i.Value, i.PlainScale, i.Scale, i.Correction }) writer.Write(number);
                foreach (var (register, factor) in i.Operands)
                {
                    writer.Write(register);
                    writer.Write(factor);
                }
            }
            writer.Write(circuit.Plan.PredictedError);
        }
        Assert.Equal(hash, Hash(text.ToArray()));
    }

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes))[..16];
}
