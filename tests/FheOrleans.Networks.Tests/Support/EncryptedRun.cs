using System.Numerics;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;

namespace FheOrleans.Networks.Tests.Support;

/// <summary>One data owner: keys for a plan, and whole sets of windows put through a circuit, encrypted and in the clear.</summary>
internal sealed class EncryptedRun : IDisposable
{
    private readonly SecretKey _secret;
    private readonly CompiledCircuit _circuit;
    private readonly CkksEncoder _encoder;

    public EncryptedRun(CompiledCircuit circuit)
    {
        _circuit = circuit;
        Parameters = circuit.Plan.CreateParameters();
        _secret = SecretKey.Generate(Parameters);
        _encoder = new CkksEncoder(Parameters);
        var generator = new KeyGenerator(_secret);
        RelinearizationKeys = circuit.Plan.NeedsRelinearizationKeys ? generator.CreateRelinearizationKeys() : null;
        GaloisKeys = !circuit.Plan.NeedsGaloisKeys ? null : generator.CreateGaloisKeys(circuit.Plan.RotationSteps, circuit.Plan.NeedsConjugationKey);
        Runner = new CkksCircuitRunner(circuit, Parameters, RelinearizationKeys, GaloisKeys);
    }

    public CkksParameters Parameters { get; }

    public RelinearizationKeys? RelinearizationKeys { get; }

    public GaloisKeys? GaloisKeys { get; }

    public CkksCircuitRunner Runner { get; }

    public void Dispose() => _secret.Dispose();

    public Ciphertext Encrypt(double[] slots) => Encrypt(Array.ConvertAll(slots, slot => new Complex(slot, 0)));

    public Ciphertext Encrypt(Complex[] slots) =>
        new SymmetricEncryptor(_secret).Encrypt(_encoder.Encode(slots, _circuit.Plan.InputScale, _circuit.Plan.InputLevel));

    public Complex[] Decrypt(Ciphertext result) => _encoder.Decode(new Decryptor(_secret).Decrypt(result));

    /// <summary>Forecasts of all windows, computed on ciphertexts.</summary>
    public double[] Predict(WindowSet windows)
    {
        var packer = new WindowPacker(_circuit.Plan, windows);
        var predictions = new double[windows.Count];
        for (var batch = 0; batch < packer.BatchCount; batch++)
        {
            var results = Runner.Run([.. packer.Pack(batch).Select(Encrypt)]);
            Assert.Equal(_circuit.Plan.Outputs, results.Length);
            Assert.All(results, result => Assert.Equal(
                (_circuit.Plan.OutputLevel, _circuit.Plan.OutputScale, _circuit.Plan.OutputSize), (result.Level, result.Scale, result.Size)));
            packer.Unpack(batch, [.. results.Select(Decrypt)], predictions);
        }
        return predictions;
    }
}

/// <summary>Circuits on clear vectors, and how far two sets of forecasts are apart.</summary>
internal static class ClearRun
{
    /// <summary>Forecasts of all windows, computed by the circuit on clear vectors.</summary>
    public static double[] Predict(CompiledCircuit circuit, WindowSet windows)
    {
        var packer = new WindowPacker(circuit.Plan, windows);
        var runner = new ClearCircuitRunner(circuit);
        var predictions = new double[windows.Count];
        for (var batch = 0; batch < packer.BatchCount; batch++) packer.Unpack(batch, runner.Run(packer.Pack(batch)), predictions);
        return predictions;
    }

    public static double LargestDifference(double[] left, double[] right)
    {
        Assert.Equal(left.Length, right.Length);
        return left.Zip(right, (a, b) => Math.Abs(a - b)).DefaultIfEmpty(0).Max();
    }

    public static double RootMeanSquareDifference(double[] left, double[] right) =>
        Math.Sqrt(left.Zip(right, (a, b) => (a - b) * (a - b)).Average());
}
