using System.Numerics;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;

namespace FheOrleans.Client.Forecasts;

/// <summary>
/// The whole encrypted computation in this process, without a node: what a circuit costs and how exact it is can be tried before anything
/// is uploaded. The steps are those of a forecast by a node; only nothing is written to bytes in between.
/// </summary>
public sealed class LocalForecast : IDisposable
{
    private readonly CircuitPlan _plan;
    private readonly WindowPacker _packer;
    private readonly CkksEncoder _encoder;
    private readonly SecretKey _secret;
    private readonly SymmetricEncryptor _encryptor;
    private readonly Decryptor _decryptor;
    private readonly CkksCircuitRunner _runner;
    private readonly int _threads;

    /// <summary>Makes keys, the ones that the circuit needs.</summary>
    /// <param name="circuit">The circuit.</param>
    /// <param name="windows">What to forecast.</param>
    /// <param name="threads">Threads to use, 1 or more.</param>
    /// <exception cref="ArgumentException">The windows have another shape than the circuit's.</exception>
    public LocalForecast(CompiledCircuit circuit, WindowSet windows, int threads)
    {
        ArgumentNullException.ThrowIfNull(circuit);
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        (_plan, _threads, Windows) = (circuit.Plan, threads, windows);
        _packer = new(_plan, windows);
        var parameters = _plan.CreateParameters();
        _encoder = new(parameters);
        _secret = SecretKey.Generate(parameters);
        _encryptor = new(_secret);
        _decryptor = new(_secret);
        var generator = new KeyGenerator(_secret);
        _runner = new(
            circuit,
            parameters,
            _plan.NeedsRelinearizationKeys ? generator.CreateRelinearizationKeys() : null,
            _plan.NeedsGaloisKeys ? generator.CreateGaloisKeys(_plan.RotationSteps, _plan.NeedsConjugationKey) : null);
    }

    /// <summary>What is forecast.</summary>
    public WindowSet Windows { get; }

    /// <summary>Batches that the windows take.</summary>
    public int Batches => _packer.BatchCount;

    /// <summary>Packs, encodes and encrypts.</summary>
    /// <returns>Each batch's ciphertexts, in the order of the circuit's inputs.</returns>
    public Ciphertext[][] Encrypt()
    {
        var batches = new Ciphertext[Batches][];
        for (var batch = 0; batch < batches.Length; batch++) batches[batch] = new Ciphertext[_plan.InputCiphertexts];
        InParallel(Batches * _plan.InputCiphertexts, number =>
        {
            var (batch, input) = Math.DivRem(number, _plan.InputCiphertexts);
            var slots = new Complex[_plan.SlotCount];
            _packer.Pack(batch, input, slots);
            batches[batch][input] = _encryptor.Encrypt(_encoder.Encode(slots, _plan.InputScale, _plan.InputLevel));
        });
        return batches;
    }

    /// <summary>Evaluates the circuit on each batch.</summary>
    /// <param name="batches">What <see cref="Encrypt"/> gave.</param>
    /// <returns>Each batch's results.</returns>
    public Ciphertext[][] Evaluate(Ciphertext[][] batches)
    {
        ArgumentNullException.ThrowIfNull(batches);
        return [.. batches.Select(inputs => _runner.Run(inputs, threads: new(_threads, TaskScheduler.Default)))];
    }

    /// <summary>Decrypts, decodes, and finds each window's forecast.</summary>
    /// <param name="results">What <see cref="Evaluate"/> gave.</param>
    /// <returns>A forecast for each window, in the network's units.</returns>
    public double[] Decrypt(Ciphertext[][] results)
    {
        ArgumentNullException.ThrowIfNull(results);
        var forecasts = new double[Windows.Count];
        var slots = new Complex[results.Length][][];
        for (var batch = 0; batch < slots.Length; batch++) slots[batch] = new Complex[_plan.Outputs][];
        InParallel(results.Length * _plan.Outputs, number =>
        {
            var (batch, output) = Math.DivRem(number, _plan.Outputs);
            slots[batch][output] = _encoder.Decode(_decryptor.Decrypt(results[batch][output]));
        });
        for (var batch = 0; batch < slots.Length; batch++) _packer.Unpack(batch, slots[batch], forecasts);
        return forecasts;
    }

    /// <summary>Bytes of what would be uploaded, sent back and uploaded once as keys, uncompressed.</summary>
    public (long Upload, long Result, long Keys) Bytes()
    {
        var parameters = _plan.CreateParameters();
        var upload = Batches * (long)_plan.InputCiphertexts * SealSizes.Ciphertext(parameters, _plan.InputLevel, seeded: true);
        var result = Batches * (long)_plan.Outputs * SealSizes.Ciphertext(parameters, _plan.OutputLevel, _plan.OutputSize);
        var galois = _plan.RotationSteps.Length + (_plan.NeedsConjugationKey ? 1 : 0);
        var keys = SealSizes.PublicKey(parameters, seeded: true)
            + (_plan.NeedsRelinearizationKeys ? SealSizes.RelinearizationKeys(parameters, seeded: true) : 0)
            + (galois > 0 ? SealSizes.GaloisKeys(parameters, galois, seeded: true) : 0);
        return (upload, result, keys);
    }

    /// <summary>Zeroes the secret key.</summary>
    public void Dispose() => _secret.Dispose();

    private void InParallel(int count, Action<int> work) =>
        Parallel.For(0, count, new() { MaxDegreeOfParallelism = _threads, TaskScheduler = TaskScheduler.Default }, work);
}
