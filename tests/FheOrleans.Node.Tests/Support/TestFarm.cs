using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Client.Nodes;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;

namespace FheOrleans.Node.Tests.Support;

/// <summary>A data owner with a network, a herd and real keys: everything the node is for, and the secret key stays here.</summary>
internal sealed class TestFarm : IDisposable
{
    public const string KeySet = "keys";
    public const string Dataset = "herd";
    public const string Model = "yield";

    private readonly Network _network;
    private readonly WindowSet _windows;
    private readonly WindowPacker _packer;
    private readonly CkksParameters _parameters;
    private readonly SecretKey _secret;
    private readonly SymmetricEncryptor _encryptor;
    private readonly CkksEncoder _encoder;

    private TestFarm(Network network, WindowSet windows, CircuitPlan plan, string reference, int version)
    {
        (_network, _windows, Plan, Reference, Version) = (network, windows, plan, reference, version);
        _packer = new WindowPacker(plan, windows);
        _parameters = plan.CreateParameters();
        _secret = SecretKey.Generate(_parameters);
        _encryptor = new SymmetricEncryptor(_secret);
        _encoder = new CkksEncoder(_parameters);
    }

    public CircuitPlan Plan { get; }

    public string Reference { get; }

    public int Version { get; }

    public int Batches => _packer.BatchCount;

    public byte[] SecretKeyBytes => _secret.Export();

    /// <summary>The forecasts in the clear.</summary>
    public double[] Expected => _network.PredictBatch(_windows);

    public InferenceRequest Request => new(KeySet, Dataset, Reference, Version, Plan.Form.ToString());

    /// <summary>A linear model in the herd layout: no evaluation keys, and several batches, so several parts.</summary>
    public static Task<TestFarm> LinearAsync(NodeClient client, int windows) =>
        PublishAsync(client, LinearModel.Create([0.5, -0.25, 0.125], 0.1), timePoints: 1, features: 3, rows: windows, "herd");

    /// <summary>The paper's network in the series layout: relinearization and Galois keys.</summary>
    public static Task<TestFarm> PaperAsync(NodeClient client) =>
        PublishAsync(client, PaperNetwork.Create(timePoints: 20, features: 2, seed: 5), timePoints: 20, features: 2, rows: 100, "series");

    public async Task UploadKeysAsync(NodeClient client)
    {
        var generator = new KeyGenerator(_secret);
        var declared = await client.DeclareKeySetAsync(KeySet, SealWriter.Write(_parameters), Plan.RotationSteps, conjugation: false, Plan.NeedsRelinearizationKeys);
        foreach (var item in declared.Objects)
        {
            await client.UploadKeyObjectAsync(KeySet, item.Kind, item.Kind switch
            {
                KeyObjectKind.Public => SealWriter.Write(generator.CreatePublicKey()),
                KeyObjectKind.Relinearization => SealWriter.Write(generator.CreateRelinearizationKeys()),
                _ => SealWriter.Write(generator.CreateGaloisKeys(Plan.RotationSteps)),
            });
        }
    }

    public Task<DatasetDescription> DeclareDatasetAsync(NodeClient client) => client.DeclareDatasetAsync(
        Dataset, new DatasetDeclaration(KeySet, Batches, Plan.InputCiphertexts, CiphertextsPerChunk: 2, Plan.InputLevel, Plan.InputScale, Plan.Form.ToString(), "a herd"));

    public async Task UploadDataAsync(NodeClient client, IProgress<UploadProgress>? progress = null)
    {
        var declared = await DeclareDatasetAsync(client);
        await client.UploadDatasetAsync(Dataset, (index, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>(Chunk(declared.Declaration, index)), progress);
    }

    public byte[] Chunk(DatasetDeclaration declaration, int index)
    {
        var (batch, chunk) = Math.DivRem(index, declaration.ChunksPerBatch);
        var inputs = _packer.Pack(batch).Skip(chunk * declaration.CiphertextsPerChunk).Take(declaration.CiphertextsPerChunk);
        return [.. inputs.SelectMany(input => SealWriter.Write(_encryptor.Encrypt(_encoder.Encode(input, Plan.InputScale, Plan.InputLevel))))];
    }

    /// <summary>Writes the forecasts of one part, decrypted here.</summary>
    public void Decrypt(int part, byte[] result, Span<double> predictions)
    {
        var decryptor = new Decryptor(_secret);
        var outputs = SealReader.ReadCiphertexts(_parameters, result).Select(output => _encoder.Decode(decryptor.Decrypt(output))).ToList();
        _packer.Unpack(part, outputs, predictions);
    }

    public void Dispose() => _secret.Dispose();

    private static async Task<TestFarm> PublishAsync(NodeClient client, Network network, int timePoints, int features, int rows, string form)
    {
        var published = await client.PublishModelAsync(Model, network.ToJson(), ModelVisibility.Tenant);
        var (plan, _) = await client.GetPlanAsync(published.Model, published.Version, form);
        var random = new Random(20);
        var points = Enumerable.Range(0, rows * features).Select(_ => random.NextDouble()).ToArray();
        var windows = new WindowSet(points, features, timePoints, [.. Enumerable.Range(0, rows - timePoints + 1)]);
        return new TestFarm(network, windows, CircuitPlan.FromJson(plan), published.Model, published.Version);
    }
}
