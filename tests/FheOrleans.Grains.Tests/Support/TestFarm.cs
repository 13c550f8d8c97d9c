using System.Buffers.Binary;
using System.IO.Compression;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;
using FheOrleans.Networks.Layers;

namespace FheOrleans.Grains.Tests;

/// <summary>A data owner with a secret key, a network and windows of its own: everything that happens outside of the node.</summary>
internal sealed class TestFarm : IDisposable
{
    private readonly SecretKey _secretKey;
    private readonly KeyGenerator _generator;
    private readonly CkksEncoder _encoder;
    private readonly WindowPacker _packer;
    private readonly Dictionary<KeyObject, byte[]> _keys = [];

    private TestFarm(Network network, string form, WindowSet windows)
    {
        (Network, Form, Windows) = (network, form, windows);
        Plan = CircuitCompiler.Compile(network, new() { Layout = form == "herd" ? CircuitLayout.Herd : CircuitLayout.Series }).Plan;
        Parameters = Plan.CreateParameters();
        _secretKey = SecretKey.Generate(Parameters);
        _generator = new(_secretKey);
        _encoder = new(Parameters);
        _packer = new(Plan, windows);
        Declaration = new()
        {
            Parameters = SealWriter.Write(Parameters),
            RotationSteps = Plan.RotationSteps,
            Relinearization = Plan.NeedsRelinearizationKeys,
        };
    }

    public Network Network { get; }

    public string Form { get; }

    public WindowSet Windows { get; }

    public CircuitPlan Plan { get; }

    public CkksParameters Parameters { get; }

    public KeySetDeclaration Declaration { get; }

    public byte[] SecretKeyBytes => _secretKey.Export();

    /// <summary>The secret key as SEAL saves it with zlib.</summary>
    public byte[] PackedSecretKeyBytes
    {
        get
        {
            var plain = SecretKeyBytes;
            using var packed = new MemoryStream();
            packed.Write(plain.AsSpan(0, 16));
            using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true)) zlib.Write(plain.AsSpan(16));
            var bytes = packed.ToArray();
            bytes[5] = 1; // SEAL's number for zlib.
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), bytes.Length);
            return bytes;
        }
    }

    /// <summary>A weighted sum of two numbers: no rotations, no squares. More windows than slots make several parts.</summary>
    public static TestFarm Linear(int windows = 10, int seed = 1, double weight = 0.75)
    {
        var random = new Random(seed);
        var points = Enumerable.Range(0, windows * 2).Select(_ => random.NextDouble()).ToArray();
        return new(LinearModel.Create([weight, -0.5], 0.125), "herd", new WindowSet(points, 2, 1, [.. Enumerable.Range(0, windows)]));
    }

    /// <summary>A square of a weighted sum over two points in time: rotations and a relinearization.</summary>
    public static TestFarm Square(int seed = 2)
    {
        var random = new Random(seed);
        var points = Enumerable.Range(0, 40).Select(_ => random.NextDouble()).ToArray();
        var network = new Network(2, 1, new Conv1D(0, 2, 1, 1, [0.5, -0.25, 0.1]), new Activation(1, SquareNetwork.ReferenceActivation));
        return new(network, "series", new WindowSet(points, 1, 2, [.. Enumerable.Range(0, 39)]));
    }

    /// <summary>A square of a weighted sum over several points in time: as many rotations but one, and keys of several pieces.</summary>
    public static TestFarm Rotating(int timePoints)
    {
        var points = Enumerable.Range(0, 40).Select(i => i / 40.0).ToArray();
        var weights = Enumerable.Range(1, timePoints).Select(i => 0.5 / i).Append(0.1).ToArray();
        var network = new Network(timePoints, 1, new Conv1D(0, timePoints, 1, 1, weights), new Activation(1, SquareNetwork.ReferenceActivation));
        return new(network, "series", new WindowSet(points, 1, timePoints, [.. Enumerable.Range(0, 40 - timePoints)]));
    }

    /// <summary>A weighted sum of several numbers: as many ciphertexts in a batch.</summary>
    public static TestFarm Wide(int features)
    {
        var points = Enumerable.Range(0, features * 3).Select(i => i / (3.0 * features)).ToArray();
        var weights = Enumerable.Range(1, features).Select(i => 1.0 / i).ToArray();
        return new(LinearModel.Create(weights, 0), "herd", new WindowSet(points, features, 1, [0, 1, 2]));
    }

    public byte[] Key(KeyObject kind)
    {
        if (_keys.TryGetValue(kind, out var known)) return known;
        return _keys[kind] = kind switch
        {
            KeyObject.PublicKey => SealWriter.Write(_generator.CreatePublicKey()),
            KeyObject.RelinearizationKeys => SealWriter.Write(_generator.CreateRelinearizationKeys()),
            _ => SealWriter.Write(_generator.CreateGaloisKeys(Plan.RotationSteps)),
        };
    }

    public DatasetDeclaration DatasetDeclaration(int perChunk = 1) => new()
    {
        KeySet = "keys",
        Batches = _packer.BatchCount,
        CiphertextsPerBatch = Plan.InputCiphertexts,
        CiphertextsPerChunk = perChunk,
        Level = Plan.InputLevel,
        Scale = Plan.InputScale,
        Form = Form,
        Label = "made by a test",
    };

    /// <summary>
    /// Encrypted with the public key, as a sensor without the secret key would: twice the size, because nothing is left to a seed.
    /// </summary>
    public byte[] ChunkByPublicKey(DatasetDeclaration declaration)
    {
        var encryptor = new PublicKeyEncryptor(SealReader.ReadPublicKey(Parameters, Key(KeyObject.PublicKey)));
        return [.. _packer.Pack(0)
            .Take(declaration.CiphertextsPerChunk)
            .SelectMany(values => SealWriter.Write(encryptor.Encrypt(_encoder.Encode(values, Plan.InputScale, Plan.InputLevel))))];
    }

    public byte[] Chunk(DatasetDeclaration declaration, int index, double? scale = null, int? level = null, SealCompression compression = SealCompression.None)
    {
        var (batch, c) = Math.DivRem(index, declaration.ChunksPerBatch);
        var encryptor = new SymmetricEncryptor(_secretKey);
        return [.. _packer.Pack(batch)
            .Skip(c * declaration.CiphertextsPerChunk)
            .Take(declaration.CiphertextsPerChunk)
            .SelectMany(values => SealWriter.Write(encryptor.Encrypt(_encoder.Encode(values, scale ?? Plan.InputScale, level ?? Plan.InputLevel)), compression: compression))];
    }

    public InferenceRequest Request(string publisher = "lab", int version = 1) => new()
    {
        KeySet = "keys",
        Dataset = "herd",
        Model = $"{publisher}/yield",
        Version = version,
        Form = Form,
    };

    /// <summary>The forecasts of all windows, in the clear.</summary>
    public double[] Clear() => Network.PredictBatch(Windows);

    /// <summary>The forecasts of one part, decrypted; the others are NaN.</summary>
    public double[] Decrypt(int part, byte[] result)
    {
        var decryptor = new Decryptor(_secretKey);
        var outputs = SealReader.ReadCiphertexts(Parameters, result).Select(output => _encoder.Decode(decryptor.Decrypt(output))).ToArray();
        var predictions = Enumerable.Repeat(double.NaN, Windows.Count).ToArray();
        _packer.Unpack(part, outputs, predictions);
        return predictions;
    }

    /// <summary>A key as SEAL saves it with zlib.</summary>
    public byte[] PackedKey(KeyObject kind) => kind switch
    {
        KeyObject.PublicKey => SealWriter.Write(SealReader.ReadPublicKey(Parameters, Key(kind)), compression: SealCompression.Zlib),
        KeyObject.RelinearizationKeys => SealWriter.Write(SealReader.ReadRelinearizationKeys(Parameters, Key(kind)), compression: SealCompression.Zlib),
        _ => SealWriter.Write(_generator.CreateGaloisKeys(Plan.RotationSteps), compression: SealCompression.Zlib),
    };

    public async Task UploadKeysAsync(Platform platform, string owner)
    {
        await platform.KeySet(owner).DeclareAsync(Declaration);
        foreach (var item in (await platform.KeySet(owner).DescribeAsync()).Objects)
            await UploadKeyAsync(platform.KeySet(owner), item.Kind, Key(item.Kind));
    }

    public static async Task<KeyObjectProgress> UploadKeyAsync(IKeySetGrain grain, KeyObject kind, byte[] bytes, int pieceBytes = 100_000)
    {
        KeyObjectProgress progress = new();
        for (var offset = 0; offset < bytes.Length; offset += pieceBytes)
            progress = await grain.AppendAsync(kind, offset, bytes.AsSpan(offset, Math.Min(pieceBytes, bytes.Length - offset)).ToArray());
        return progress;
    }

    public async Task UploadDataAsync(Platform platform, string owner, int perChunk = 1)
    {
        var declaration = DatasetDeclaration(perChunk);
        await platform.Dataset(owner).DeclareAsync(declaration);
        for (var index = 0; index < declaration.ChunkCount; index++) await platform.Dataset(owner).PutChunkAsync(index, Chunk(declaration, index));
    }

    /// <summary>Keys, data and model: all that an inference needs.</summary>
    public async Task UploadAllAsync(Platform platform, string owner)
    {
        await UploadKeysAsync(platform, owner);
        await UploadDataAsync(platform, owner);
        await platform.Model("lab").PublishAsync(Network.ToJson(), ModelVisibility.Tenant);
    }

    public void Dispose() => _secretKey.Dispose();
}
