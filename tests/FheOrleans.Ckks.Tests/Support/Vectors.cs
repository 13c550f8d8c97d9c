using System.Globalization;
using System.Text.Json;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Tests;

namespace FheOrleans.Ckks.Tests.Support;

/// <summary>SEAL's own bytes from <c>../shared/seal-vectors</c>. Made by native SEAL 4.4.3 and node-seal; see the README there.</summary>
internal sealed class VectorSet
{
    public const string Native1024 = "native-n1024-single-none";
    public const string Native2048 = "native-n2048-none";
    public const string Native4096 = "native-n4096-none";
    public const string Native8192 = "native-n8192-zstd";
    public const string NodeSeal6 = "nodeseal6-n2048-none";
    public const string NodeSeal7 = "nodeseal7-n4096-zlib";

    private readonly string _folder;

    public VectorSet(string folder)
    {
        _folder = folder;
        using var expected = JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("seal-vectors", folder, "expected.json")));
        Expected = expected.RootElement.Clone();
        var (degree, primes) = SealReader.ParseParameters(Bytes("parms.seal"), out var version);
        Version = version;
        Parameters = CkksParameters.FromPrimesForVectors(degree, primes); // some are beyond the security table, as vectors may be
    }

    public JsonElement Expected { get; }

    public CkksParameters Parameters { get; }

    public SealVersion Version { get; }

    public IEnumerable<JsonElement> Ciphertexts => Expected.GetProperty("ciphertexts").EnumerateArray();

    public IEnumerable<string> Files => Directory.EnumerateFiles(SharedData.PathOf("seal-vectors", _folder), "*.seal").Select(file => Path.GetFileName(file)!);

    public bool Has(string file) => File.Exists(SharedData.PathOf("seal-vectors", _folder, file));

    public byte[] Bytes(string file) => File.ReadAllBytes(SharedData.PathOf("seal-vectors", _folder, file));

    public Ciphertext Ciphertext(string file) => SealReader.ReadCiphertext(Parameters, Bytes(file));

    public PublicKey PublicKey(string file) => SealReader.ReadPublicKey(Parameters, Bytes(file));

    public RelinearizationKeys RelinearizationKeys(string file) => SealReader.ReadRelinearizationKeys(Parameters, Bytes(file));

    public GaloisKeys GaloisKeys(string file) => SealReader.ReadGaloisKeys(Parameters, Bytes(file), DeclaredElements);

    public SecretKey SecretKey() => Secrets.SecretKey.Import(Parameters, Bytes("sk.seal"));

    /// <summary>Reads an object in any form and writes it in another.</summary>
    public Func<byte[], SealVersion, SealCompression, byte[]> Rewriter(string file) => file switch
    {
        "parms.seal" => (bytes, version, mode) =>
        {
            var (degree, primes) = SealReader.ParseParameters(bytes, out _);
            return SealWriter.Write(CkksParameters.FromPrimesForVectors(degree, primes), version, mode);
        }
        ,
        "sk.seal" => (bytes, version, mode) =>
        {
            using var secret = Secrets.SecretKey.Import(Parameters, bytes);
            return Packing.Pack(secret.Export(version), mode);
        }
        ,
        "plain_a.seal" => (bytes, version, mode) => SealWriter.Write(SealReader.ReadPlaintext(Parameters, bytes), version, mode),
        _ when file.StartsWith("pk", StringComparison.Ordinal) => (bytes, version, mode) => SealWriter.Write(SealReader.ReadPublicKey(Parameters, bytes), version, mode),
        _ when file.StartsWith("relin", StringComparison.Ordinal) => (bytes, version, mode) => SealWriter.Write(SealReader.ReadRelinearizationKeys(Parameters, bytes), version, mode),
        _ when file.StartsWith("galois", StringComparison.Ordinal) => (bytes, version, mode) => SealWriter.Write(SealReader.ReadGaloisKeys(Parameters, bytes, DeclaredElements), version, mode),
        _ => (bytes, version, mode) => SealWriter.Write(SealReader.ReadCiphertext(Parameters, bytes), version, mode),
    };

    public IEnumerable<ulong> DeclaredElements => Expected.GetProperty("galois_steps").EnumerateArray().Select(step => step.GetInt32() switch
    {
        0 => GaloisElements.Conjugation(Parameters.PolynomialDegree),
        var other => GaloisElements.FromStep(Parameters.PolynomialDegree, other),
    });

    /// <summary>The input of vector s over all slots, as the vectors' README states it.</summary>
    public double[] Input(int s) =>
        [.. Enumerable.Range(0, Parameters.SlotCount).Select(i => Math.Sin(0.1 * (i + 1) * (s + 1)) + (0.001 * (i % 17)) - (0.25 * s))];

    public static JsonElement Micro()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(SharedData.PathOf("seal-vectors", "micro.json")));
        return document.RootElement.Clone();
    }

    public static ulong[] Words(JsonElement array) => [.. array.EnumerateArray().Select(Word)];

    public static ulong Word(JsonElement text) => ulong.Parse(text.GetString()!, CultureInfo.InvariantCulture);
}
