using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Client.Nodes;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;

namespace FheOrleans.Load;

/// <summary>Keys and data of the paper's network in the series form, made once and uploaded as often as there are owners.</summary>
internal sealed class BenchFarm : IDisposable
{
    private const string KeySet = "keys", Dataset = "herd", Form = "series", Model = "paper";
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
    public BenchFarm(int parts, int timePoints = 20)
    {
        _network = PaperNetwork.Create(timePoints, Features, seed: 5);
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
}
