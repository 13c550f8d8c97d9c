using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;
using FheOrleans.Networks.Layers;

namespace FheOrleans.Node.Tests.Crash;

/// <summary>One data owner with a small network and windows of its own, and everything of it that does not change from job to job.</summary>
/// <remarks>Keys and ciphertexts are made once and sent under many names: what is tested is what the node does with them.</remarks>
internal sealed class CrashFarm : IDisposable
{
    public const string Model = "yield";

    private readonly Network _network;
    private readonly WindowPacker _packer;
    private readonly CkksParameters _parameters;
    private readonly SecretKey _secret;
    private readonly CkksEncoder _encoder;
    private readonly double[] _expected;
    private readonly ConcurrentDictionary<string, bool> _checkedResults = new();

    private CrashFarm(Network network, WindowSet windows, CircuitLayout layout)
    {
        _network = network;
        Plan = CircuitCompiler.Compile(network, new CompilerOptions { Layout = layout }).Plan;
        _packer = new(Plan, windows);
        _parameters = Plan.CreateParameters();
        _secret = SecretKey.Generate(_parameters);
        _encoder = new(_parameters);
        _expected = network.PredictBatch(windows);
        ParameterBytes = SealWriter.Write(_parameters);
        var generator = new KeyGenerator(_secret);
        Keys[KeyObjectKind.Public] = SealWriter.Write(generator.CreatePublicKey());
        if (Plan.NeedsRelinearizationKeys) Keys[KeyObjectKind.Relinearization] = SealWriter.Write(generator.CreateRelinearizationKeys());
        if (Plan.NeedsGaloisKeys) Keys[KeyObjectKind.Galois] = SealWriter.Write(generator.CreateGaloisKeys(Plan.RotationSteps));
        var encryptor = new SymmetricEncryptor(_secret);
        Chunks = [.. Enumerable.Range(0, _packer.BatchCount).SelectMany(_packer.Pack)
            .Select(slots => SealWriter.Write(encryptor.Encrypt(_encoder.Encode(slots, Plan.InputScale, Plan.InputLevel))))];
    }

    public CircuitPlan Plan { get; }

    public byte[] ParameterBytes { get; }

    public SortedDictionary<KeyObjectKind, byte[]> Keys { get; } = [];

    /// <summary>Each ciphertext is a chunk.</summary>
    public byte[][] Chunks { get; }

    public int Batches => _packer.BatchCount;

    /// <summary>The hash that the ledger must have of every dataset of this farm.</summary>
    public string DatasetSha256 => HashOver(Chunks.Select(SHA256.HashData));

    /// <summary>The hash that the ledger and receipts must have of every key set of this farm.</summary>
    public string KeySetSha256 => HashOver(Keys.Values.Select(SHA256.HashData).Prepend(SHA256.HashData(ParameterBytes)));

    public byte[] NetworkJson => _network.ToJson();

    /// <summary>A weighted sum over two batches of windows: no evaluation keys, several parts.</summary>
    public static CrashFarm Linear(Random random)
    {
        const int Windows = 4097;
        double[] points = [.. Enumerable.Range(0, Windows * 2).Select(_ => random.NextDouble())];
        return new(LinearModel.Create([0.75, -0.5], 0.125), new(points, 2, 1, [.. Enumerable.Range(0, Windows)]), CircuitLayout.Herd);
    }

    /// <summary>A square of a weighted sum over two points in time: rotations and a relinearization.</summary>
    public static CrashFarm Square(Random random)
    {
        double[] points = [.. Enumerable.Range(0, 40).Select(_ => random.NextDouble())];
        var network = new Network(2, 1, new Conv1D(0, 2, 1, 1, [0.5, -0.25, 0.1]), new Activation(1, SquareNetwork.ReferenceActivation));
        return new(network, new(points, 1, 2, [.. Enumerable.Range(0, 39)]), CircuitLayout.Series);
    }

    public DatasetDeclaration Declaration(string keySet) =>
        new(keySet, Batches, Plan.InputCiphertexts, CiphertextsPerChunk: 1, Plan.InputLevel, Plan.InputScale, Plan.Form.ToString());

    /// <summary>SHA-256 over a part's chunks, as its receipt must have it.</summary>
    public string InputSha256(int part) => HashOver(Chunks.Skip(part * Plan.InputCiphertexts).Take(Plan.InputCiphertexts).Select(SHA256.HashData));

    /// <summary>Decrypts a part and compares it with the forecasts in the clear. A result that was compared before is not decrypted again.</summary>
    public void CheckResult(string what, int part, byte[] result)
    {
        if (!_checkedResults.TryAdd(string.Create(CultureInfo.InvariantCulture, $"{part} {Convert.ToHexString(SHA256.HashData(result))}"), true)) return;
        var outputs = SealReader.ReadCiphertexts(_parameters, result).Select(output => _encoder.Decode(new Decryptor(_secret).Decrypt(output))).ToList();
        var found = new double[_expected.Length];
        Array.Fill(found, double.NaN);
        _packer.Unpack(part, outputs, found);
        for (var i = 0; i < found.Length; i++)
        {
            if (!double.IsNaN(found[i]) && Math.Abs(found[i] - _expected[i]) > 1e-5)
                throw new CrashFinding($"{what}: window {i} is off by {Math.Abs(found[i] - _expected[i]):E1}");
        }
        if (found.All(double.IsNaN)) throw new CrashFinding($"{what}: no window was in the result");
    }

    public void Dispose() => _secret.Dispose();

    internal static string HashOver(IEnumerable<byte[]> hashes) => Convert.ToHexStringLower(SHA256.HashData([.. hashes.SelectMany(hash => hash)]));
}

/// <summary>Something acknowledged is missing, or wrong.</summary>
internal sealed class CrashFinding(string message) : Exception(message);
