using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;
using FheOrleans.Networks.Layers;

namespace FheOrleans.Grains.Tests;

/// <summary>A data owner with a few animals whose records come week by week: everything of a live forecast that happens outside of the node.</summary>
internal sealed class LiveFarm : IDisposable
{
    public const int Animals = 3;

    private readonly SecretKey _secretKey;
    private readonly CkksEncoder _encoder;
    private readonly LivePacker _packer;
    private readonly KeyGenerator _generator;
    private readonly Dictionary<(int Point, int Chunk), byte[]> _chunks = [];
    private readonly int _seed;

    private LiveFarm(Network network, int seed)
    {
        (Network, _seed) = (network, seed);
        Plan = CircuitCompiler.Compile(network, new() { Layout = CircuitLayout.Live }).Plan;
        Parameters = Plan.CreateParameters();
        _secretKey = SecretKey.Generate(Parameters);
        _generator = new(_secretKey);
        _encoder = new(Parameters);
        _packer = new(Plan);
    }

    public Network Network { get; }

    public CircuitPlan Plan { get; }

    public CkksParameters Parameters { get; }

    /// <summary>A weighted sum over three points of two numbers: no products, the small ring.</summary>
    public static LiveFarm Linear(int seed = 1) => new(LinearNetwork(), seed);

    /// <summary>A weighted sum over two points of one number: as little as there is to a point.</summary>
    public static LiveFarm Narrow(int seed = 3) => new(new(2, 1, new Dense(0, 1, [0.75, -0.5, 0.125])), seed);

    /// <summary>A convolution, squares, a dense layer, over four points: partial sums and activations to remember.</summary>
    public static LiveFarm Squares(int seed = 2) => new(
        new(4, 1, new Conv1D(0, 2, 1, 1, [0.5, -0.25, 0.1]), new Activation(1, PolynomialActivation.Quadratic(0.3, 1, 0)), new Dense(2, 1, [0.4, -0.3, 0.7, 0.2])),
        seed);

    /// <summary>The weighted sum, with weights moved a little: other versions of one model.</summary>
    public static Network LinearNetwork(double moved = 0) => new(3, 2, new Dense(0, 1, [0.75, -0.5, 0.25 + moved, 0.5, -0.125, 0.3, 0.125]));

    /// <summary>What the animals' numbers are at a point.</summary>
    public double[] Features(int animal, int point)
    {
        var random = new Random((_seed * 1_000_003) + (animal * 10_007) + point);
        return [.. Enumerable.Range(0, Plan.Features).Select(_ => random.NextDouble())];
    }

    public static SubscriptionRequest Request(int version = 1) => new()
    {
        KeySet = "keys",
        Model = "lab/yield",
        Version = version,
        Places = Animals,
        CiphertextsPerChunk = 1,
    };

    /// <summary>One chunk of a point; the same bytes each time it is asked for.</summary>
    public byte[] Chunk(int point, int chunk)
    {
        if (_chunks.TryGetValue((point, chunk), out var known)) return known;
        var values = _packer.Pack([.. Enumerable.Range(0, Animals).Select(animal => Features(animal, point))])[chunk];
        return _chunks[(point, chunk)] = SealWriter.Write(new SymmetricEncryptor(_secretKey).Encrypt(_encoder.Encode(values, Plan.InputScale, Plan.InputLevel)));
    }

    public async Task UploadAllAsync(Platform platform, string owner)
    {
        await platform.KeySet(owner).DeclareAsync(new() { Parameters = SealWriter.Write(Parameters), Relinearization = Plan.NeedsRelinearizationKeys });
        await TestFarm.UploadKeyAsync(platform.KeySet(owner), KeyObject.PublicKey, SealWriter.Write(_generator.CreatePublicKey()), 1 << 20);
        if (Plan.NeedsRelinearizationKeys)
            await TestFarm.UploadKeyAsync(platform.KeySet(owner), KeyObject.RelinearizationKeys, SealWriter.Write(_generator.CreateRelinearizationKeys()), 1 << 20);
        await platform.Model("lab").PublishAsync(Network.ToJson(), ModelVisibility.Tenant);
    }

    public async Task AppendAsync(ISubscriptionGrain grain, int point)
    {
        for (var chunk = 0; chunk < Plan.InputCiphertexts; chunk++) await grain.AppendAsync(point, chunk, Chunk(point, chunk));
    }

    /// <summary>The forecasts of all animals after a point, in the clear.</summary>
    public double[] Clear(int point, Network? network = null)
    {
        network ??= Network;
        return [.. Enumerable.Range(0, Animals).Select(animal => network.Predict(
            [.. Enumerable.Range(point - network.TimePoints + 1, network.TimePoints).SelectMany(p => Features(animal, p))]))];
    }

    public double[] Decrypt(byte[] result)
    {
        var slots = _encoder.DecodeReal(new Decryptor(_secretKey).Decrypt(SealReader.ReadCiphertext(Parameters, result)));
        return [.. Enumerable.Range(0, Animals).Select(place => _packer.Forecast(slots, place))];
    }

    public void AssertEqualsClear(PredictionEvent forecast, Network? network = null)
    {
        Assert.NotNull(forecast.Result);
        var (expected, actual) = (Clear(forecast.Part, network), Decrypt(forecast.Result));
        for (var animal = 0; animal < Animals; animal++) Assert.Equal(expected[animal], actual[animal], 1e-5);
    }

    public void Dispose() => _secretKey.Dispose();
}
