using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Client.Nodes;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;
using FheOrleans.Networks.Layers;

namespace FheOrleans.Node.Tests.Support;

/// <summary>A data owner with two animals and a standing forecast: a weighted sum over three points of one number.</summary>
internal sealed class LiveFarm : IDisposable
{
    private const int Animals = 2;

    private readonly Network _network = new(3, 1, new Dense(0, 1, [0.5, -0.25, 0.75, 0.125]));
    private readonly Dictionary<int, byte[]> _points = [];
    private readonly CircuitPlan _plan;
    private readonly CkksParameters _parameters;
    private readonly SecretKey _secret;
    private readonly CkksEncoder _encoder;
    private readonly LivePacker _packer;

    private LiveFarm()
    {
        _plan = CircuitCompiler.Compile(_network, new CompilerOptions { Layout = CircuitLayout.Live }).Plan;
        _parameters = _plan.CreateParameters();
        _secret = SecretKey.Generate(_parameters);
        _encoder = new CkksEncoder(_parameters);
        _packer = new LivePacker(_plan);
    }

    public static LiveFarm Create() => new();

    public static double Value(int animal, int point) => (7 * point + 3 * animal) % 11 / 10.0;

    public byte[] NetworkJson => _network.ToJson();

    /// <summary>Sends keys, and the model unless it is there, and subscribes.</summary>
    public async Task SubscribeAsync(NodeClient client, string id, string? reference = null)
    {
        await client.DeclareKeySetAsync("live-keys", SealWriter.Write(_parameters), [], conjugation: false, relinearization: false);
        await client.UploadKeyObjectAsync("live-keys", KeyObjectKind.Public, SealWriter.Write(new KeyGenerator(_secret).CreatePublicKey()));
        var model = reference is null ? await client.PublishModelAsync("live", NetworkJson, ModelVisibility.Owner) : new(reference, 1);
        await client.SubscribeAsync(id, new SubscriptionDeclaration("live-keys", model.Model, model.Version, "live", Animals, 1));
    }

    public Task<PointReceipt> AppendAsync(NodeClient client, string id, int point)
    {
        if (!_points.TryGetValue(point, out var bytes))
        {
            var slots = _packer.Pack([.. Enumerable.Range(0, Animals).Select(animal => new[] { Value(animal, point) })])[0];
            _points[point] = bytes = SealWriter.Write(new SymmetricEncryptor(_secret).Encrypt(_encoder.Encode(slots, _plan.InputScale, _plan.InputLevel)));
        }
        return client.AppendPointAsync(id, point, 0, bytes);
    }

    public void AssertForecast(PredictionMessage message)
    {
        Assert.Equal(PredictionStatus.Live, message.Status);
        var slots = _encoder.DecodeReal(new Decryptor(_secret).Decrypt(SealReader.ReadCiphertext(_parameters, message.Result)));
        for (var animal = 0; animal < Animals; animal++)
        {
            double[] window = [.. Enumerable.Range(message.Part - 2, 3).Select(point => Value(animal, point))];
            Assert.Equal(_network.Predict(window), _packer.Forecast(slots, animal), 1e-5);
        }
    }

    public void Dispose() => _secret.Dispose();
}
