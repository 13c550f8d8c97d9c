using System.Diagnostics;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;

namespace FheOrleans.Bench;

/// <summary>The operations of one setting on fixed operands, through the public API with all its checks.</summary>
internal sealed class Operations : IDisposable
{
    // Long enough that reading the clock is nothing, short enough that one round of all operations is over before the machine changes its mind.
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(2);

    private readonly SecretKey _secret;
    private readonly (string Name, Action Run)[] _all;

    /// <summary>A weighted sum of 35 ciphertexts, the paper's convolution; eight rotations of one ciphertext.</summary>
    public static string[] CircuitNames { get; } = ["combine35", "rotateMany8"];

    /// <summary>The operations of the quick run, in its order.</summary>
    public static string[] Names { get; } =
    [
        "encode", "encryptPublic", "encryptSymmetric", "decrypt", "decode", "add", "multiplyPlain", "multiply", "square", "relinearize", "rescale", "rotate",
    ];

    /// <param name="setting">Parameters.</param>
    /// <param name="forCircuits">Whether to prepare <see cref="CircuitNames"/>, too, whose keys and operands take longer.</param>
    public Operations(Setting setting, bool forCircuits = false)
    {
        var parameters = CkksParameters.Create(setting.Degree, setting.ModulusBits);
        _secret = SecretKey.Generate(parameters);
        var generator = new KeyGenerator(_secret);
        var (relinearization, galois) = (generator.CreateRelinearizationKeys(), generator.CreateGaloisKeys([1]));
        var encoder = new CkksEncoder(parameters);
        var (underPublic, symmetric) = (new PublicKeyEncryptor(generator.CreatePublicKey()), new SymmetricEncryptor(_secret));
        var decryptor = new Decryptor(_secret);
        var evaluator = new Evaluator(parameters);

        var random = new Random(1);
        double[] Slots() => [.. Enumerable.Range(0, parameters.SlotCount).Select(_ => 2 * random.NextDouble() - 1)];
        var values = Slots();
        var plain = encoder.Encode(values, setting.Scale);
        var (left, right) = (symmetric.Encrypt(plain), symmetric.Encrypt(encoder.Encode(Slots(), setting.Scale)));
        var product = evaluator.Multiply(left, right);
        var relinearized = evaluator.Relinearize(product, relinearization);

        var (encoded, encrypted, result) = (Plaintext.Allocate(parameters), Ciphertext.Allocate(parameters), Ciphertext.Allocate(parameters));
        var decoded = new double[parameters.SlotCount];
        Action[] runs =
        [
            () => encoder.Encode(values, setting.Scale, null, encoded), // encode
            () => underPublic.Encrypt(plain, encrypted), // encryptPublic
            () => symmetric.Encrypt(plain, encrypted), // encryptSymmetric
            () => decryptor.Decrypt(left, encoded), // decrypt
            () => encoder.DecodeReal(plain, decoded), // decode
            () => evaluator.Add(left, right, result), // add
            () => evaluator.MultiplyPlain(left, plain, result), // multiplyPlain
            () => evaluator.Multiply(left, right, result), // multiply
            () => evaluator.Square(left, result), // square
            () => evaluator.Relinearize(product, relinearization, result), // relinearize
            () => evaluator.Rescale(relinearized, result), // rescale
            () => evaluator.Rotate(left, 1, galois, result), // rotate
        ];
        _all = [.. Names.Zip(runs)];
        if (!forCircuits) return;

        var steps = Enumerable.Range(1, 8).ToArray();
        var manyKeys = generator.CreateGaloisKeys(steps);
        Ciphertext[] rotated = [.. steps.Select(_ => Ciphertext.Allocate(parameters, 2))];
        Ciphertext[] operands = [.. Enumerable.Range(0, 35).Select(_ => symmetric.Encrypt(plain))];
        double[] factors = [.. operands.Select(_ => (2 * random.NextDouble()) - 1)];
        Action[] more =
        [
            () => evaluator.LinearCombination(operands, factors, 1 << 20, result), // combine35
            () => evaluator.RotateMany(left, steps, manyKeys, rotated), // rotateMany8
        ];
        _all = [.. _all, .. CircuitNames.Zip(more)];
    }

    /// <summary>Gives each operation its turn. node-seal.mjs does the same.</summary>
    /// <returns>Microseconds for one call of each, by name.</returns>
    public Dictionary<string, double> Round() => _all.ToDictionary(operation => operation.Name, operation => Time(operation.Run));

    /// <summary>One operation.</summary>
    public Action this[string name] => _all.Single(operation => operation.Name == name).Run;

    public void Dispose() => _secret.Dispose();

    private static double Time(Action run)
    {
        var calls = 0;
        var start = Stopwatch.GetTimestamp();
        TimeSpan elapsed;
        do
        {
            run();
            calls++;
            elapsed = Stopwatch.GetElapsedTime(start);
        }
        while (elapsed < Turn);
        return elapsed.TotalMicroseconds / calls;
    }
}
