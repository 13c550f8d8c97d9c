using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Client.Nodes;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;
using FheOrleans.Networks.Layers;

namespace FheOrleans.Load;

/// <summary>Keys and data of a network in the series form, made once and uploaded as often as there are owners.</summary>
internal sealed class BenchFarm : IDisposable
{
    private const string KeySet = "keys", Dataset = "herd", Form = "series", Model = "network";
    private const int Features = 7;

    private readonly Network _network;
    private readonly CircuitPlan _plan;
    private readonly CkksParameters _parameters;
    private readonly SecretKey _secretKey;
    private readonly Dictionary<KeyObjectKind, byte[]> _keys = [];
    private readonly List<byte[]> _chunks = [];

    /// <summary>Makes keys and encrypts.</summary>
    /// <param name="parts">Parts of a whole dataset.</param>
    /// <param name="timePoints">Time points in a window: the longer, the more there is to compute on the same bytes.</param>
    /// <param name="filters">Filters of the convolution: the paper's network has one, and each further one costs as much again.</param>
    public BenchFarm(int parts, int timePoints = 20, int filters = 1)
    {
        _network = filters == 1 ? PaperNetwork.Create(timePoints, Features, seed: 5) : Wide(timePoints, filters);
        _plan = CircuitCompiler.Compile(_network, new() { Form = CircuitForm.Series }).Plan;
        _parameters = _plan.CreateParameters();
        _secretKey = SecretKey.Generate(_parameters);
        var generator = new KeyGenerator(_secretKey);
        _keys[KeyObjectKind.Public] = SealWriter.Write(generator.CreatePublicKey());
        _keys[KeyObjectKind.Relinearization] = SealWriter.Write(generator.CreateRelinearizationKeys());
        _keys[KeyObjectKind.Galois] = SealWriter.Write(generator.CreateGaloisKeys(_plan.RotationSteps));
        var random = new Random(20);
        var count = parts * (_parameters.SlotCount - timePoints);
        var points = Enumerable.Range(0, count * Features).Select(_ => random.NextDouble()).ToArray();
        var packer = new WindowPacker(_plan, new WindowSet(points, Features, timePoints, [.. Enumerable.Range(0, count - timePoints + 1)]));
        var (encoder, encryptor) = (new CkksEncoder(_parameters), new SymmetricEncryptor(_secretKey));
        for (var part = 0; part < parts; part++)
            _chunks.Add([.. packer.Pack(part).SelectMany(input => SealWriter.Write(encryptor.Encrypt(encoder.Encode(input, _plan.InputScale, _plan.InputLevel))))]);
    }

    /// <summary>A job on all that was uploaded.</summary>
    /// <param name="publisher">Whose model it is.</param>
    public static InferenceRequest RequestOf(string publisher) => new(KeySet, Dataset, $"{publisher}/{Model}", 1, Form);

    /// <summary>Uploads keys and data, and publishes the model if nobody else has.</summary>
    public async Task UploadAsync(NodeClient client, bool isFirst, int parts, CancellationToken cancellation)
    {
        if (isFirst) await client.PublishModelAsync(Model, _network.ToJson(), ModelVisibility.Tenant, cancellation);
        var declared = await client.DeclareKeySetAsync(
            KeySet, SealWriter.Write(_parameters), _plan.RotationSteps, conjugation: false, _plan.NeedsRelinearizationKeys, cancellation);
        foreach (var item in declared.Objects)
            await client.UploadKeyObjectAsync(KeySet, item.Kind, _keys[item.Kind], cancellation: cancellation);
        var herd = new DatasetDeclaration(
            KeySet, parts, _plan.InputCiphertexts, _plan.InputCiphertexts, _plan.InputLevel, _plan.InputScale, Form);
        await client.DeclareDatasetAsync(Dataset, herd, cancellation);
        for (var part = 0; part < parts; part++) await client.UploadChunkAsync(Dataset, part, _chunks[part], cancellation);
    }

    public void Dispose() => _secretKey.Dispose();

    /// <summary>The paper's network with more filters. Its weights are small enough for every sigmoid's interval; what it forecasts is nobody's concern.</summary>
    private static Network Wide(int timePoints, int filters)
    {
        var (random, positions) = (new Random(5), timePoints - PaperNetwork.Kernel + 1);
        return new Network(
            timePoints,
            Features,
            new Conv1D(0, PaperNetwork.Kernel, filters, 1, Draw(filters * PaperNetwork.Kernel * Features, 0.1, filters)),
            new Activation(1, PolynomialActivation.Sigmoid3),
            new Dense(2, 1, Draw(positions * filters, 1.0 / (positions * filters), 1)),
            new Activation(3, PolynomialActivation.Sigmoid3));

        double[] Draw(int weights, double bound, int biases) =>
            [.. Enumerable.Range(0, weights).Select(_ => bound * ((2 * random.NextDouble()) - 1)), .. new double[biases]];
    }
}
