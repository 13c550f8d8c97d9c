using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Client.Nodes;

namespace FheOrleans.Node.Tests.Support;

/// <summary>A data owner's keys. The default is small enough to be quick: N = 4096, 102 of the 106 bits the 2024 table allows.</summary>
internal sealed class TestKeys : IDisposable
{
    private readonly SymmetricEncryptor _encryptor;
    private readonly CkksEncoder _encoder;

    public TestKeys()
        : this(CkksParameters.Create(4096, 36, 30, 36))
    {
    }

    private TestKeys(CkksParameters parameters)
    {
        Parameters = parameters;
        Secret = SecretKey.Generate(Parameters);
        var generator = new KeyGenerator(Secret);
        PublicKey = SealWriter.Write(generator.CreatePublicKey());
        RelinearizationKeys = SealWriter.Write(generator.CreateRelinearizationKeys());
        GaloisKeys = SealWriter.Write(generator.CreateGaloisKeys(Steps));
        _encryptor = new SymmetricEncryptor(Secret);
        _encoder = new CkksEncoder(Parameters);
    }

    /// <summary>Keys for the paper's network (preset S4 of the design): Galois keys of 2.6 MB, so of three pieces.</summary>
    public static TestKeys Large() => new(CkksParameters.Create(8192, 50, 50, 36, 26, 50));

    public static int[] Steps => [1, 4];

    public static double Scale => Math.Pow(2, 30);

    public CkksParameters Parameters { get; }

    public SecretKey Secret { get; }

    public byte[] ParametersBytes => SealWriter.Write(Parameters);

    public byte[] PublicKey { get; }

    public byte[] RelinearizationKeys { get; }

    public byte[] GaloisKeys { get; }

    /// <summary>One encrypted vector, seeded, as SEAL writes it.</summary>
    public byte[] Encrypt(double value) => SealWriter.Write(_encryptor.Encrypt(_encoder.Encode([value], Scale)));

    public Task<KeySetDescription> DeclareAsync(NodeClient client, string id) =>
        client.DeclareKeySetAsync(id, ParametersBytes, Steps, conjugation: false, relinearization: true);

    public Task<DatasetDescription> DeclareDatasetAsync(NodeClient client, string id, string keySet, int batches = 2) =>
        client.DeclareDatasetAsync(id, new DatasetDeclaration(keySet, batches, 2, 1, Parameters.MaximumLevel, Scale, "series"));

    public void Dispose() => Secret.Dispose();
}
