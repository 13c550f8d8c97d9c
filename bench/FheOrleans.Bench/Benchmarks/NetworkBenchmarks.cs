using BenchmarkDotNet.Attributes;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;

namespace FheOrleans.Bench.Benchmarks;

/// <summary>One batch of the paper's network on ciphertexts, in the forms a circuit can take; the clear backend is the baseline's place.</summary>
public class NetworkBenchmarks : IDisposable
{
    private SecretKey _secret = null!;
    private CkksCircuitRunner _runner = null!;
    private Ciphertext[] _inputs = [];

    /// <summary>The form that the network is compiled to.</summary>
    [Params("herd", "series", "polyphase-4", "polyphase-4-complex")]
    public string Form { get; set; } = "";

    /// <summary>Compiles, makes keys and encrypts a batch.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var circuit = CircuitCompiler.Compile(PaperNetwork.Create(), new CompilerOptions { Form = CircuitForm.Parse(Form) });
        var plan = circuit.Plan;
        var parameters = CkksParameters.FromPrimes(plan.PolynomialDegree, plan.Primes.AsSpan());
        _secret = SecretKey.Generate(parameters);
        var generator = new KeyGenerator(_secret);
        _runner = new CkksCircuitRunner(
            circuit, parameters, generator.CreateRelinearizationKeys(), generator.CreateGaloisKeys(plan.RotationSteps, plan.NeedsConjugationKey));
        var random = new Random(1);
        var (encoder, encryptor) = (new CkksEncoder(parameters), new SymmetricEncryptor(_secret));
        _inputs = new Ciphertext[plan.InputCiphertexts];
        for (var i = 0; i < _inputs.Length; i++)
        {
            double[] slots = [.. Enumerable.Range(0, parameters.SlotCount).Select(_ => (2 * random.NextDouble()) - 1)];
            _inputs[i] = encryptor.Encrypt(encoder.Encode(slots, plan.InputScale, plan.InputLevel));
        }
    }

    /// <summary>Destroys the secret key.</summary>
    [GlobalCleanup]
    public void Dispose()
    {
        _secret.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>The circuit.</summary>
    /// <returns>Its results.</returns>
    [Benchmark]
    public Ciphertext[] Run() => _runner.Run(_inputs);
}
