using System.Security.Cryptography;
using System.Text;
using FheOrleans.Grains;
using FheOrleans.Hosting;

namespace FheOrleans.Silo.Identity;

/// <summary>
/// The key a node, or all silos of a cluster, sign receipts and ledgers with: ECDSA P-256, made once and kept beside the certificate. It is not
/// the certificate's key: a new certificate leaves receipts as good as they were.
/// </summary>
internal sealed class NodeSigningKey : INodeKey, IDisposable
{
    private const string FileName = "node-key.pem";

    private readonly Lock _gate = new();
    private readonly ECDsa _key;

    private NodeSigningKey(ECDsa key)
    {
        _key = key;
        PublicKey = key.ExportSubjectPublicKeyInfo();
        KeyId = Convert.ToHexStringLower(SHA256.HashData(PublicKey));
    }

    /// <inheritdoc/>
    public string KeyId { get; }

    /// <inheritdoc/>
    public byte[] PublicKey { get; }

    /// <summary>Makes a key that is kept nowhere.</summary>
    public static NodeSigningKey Make() => new(ECDsa.Create(ECCurve.NamedCurves.nistP256));

    /// <summary>Loads the folder's key, or makes one.</summary>
    /// <param name="folder">The node's folder.</param>
    /// <exception cref="StartException">The file is no P-256 key, or others may read it.</exception>
    public static NodeSigningKey LoadOrMake(DataFolder folder)
    {
        if (folder.ReadSecret(FileName) is { } stored) return Load(stored, $"{FileName} in the folder of --data");
        var made = Make();
        folder.WriteSecret(FileName, made.Export());
        return made;
    }

    /// <summary>Loads the key that all silos of a cluster sign with.</summary>
    /// <param name="secrets">The cluster's secrets.</param>
    /// <exception cref="StartException">The file is missing or no P-256 key, or others may read it.</exception>
    public static NodeSigningKey Load(SecretsFolder secrets) =>
        Load(secrets.Read(SecretsFolder.SigningKey), $"{SecretsFolder.SigningKey} in the folder of --secrets");

    /// <summary>The private key as it is kept: PKCS #8, PEM.</summary>
    public byte[] Export() => Encoding.ASCII.GetBytes(_key.ExportPkcs8PrivateKeyPem() + "\n");

    /// <inheritdoc/>
    public byte[] Sign(ReadOnlySpan<byte> statement)
    {
        lock (_gate) return _key.SignData(statement, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    public void Dispose() => _key.Dispose();

    private static NodeSigningKey Load(byte[] stored, string file)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(Encoding.ASCII.GetString(stored));
            if (key.ExportParameters(includePrivateParameters: true) is { D: not null, Curve.Oid.Value: "1.2.840.10045.3.1.7" }) return new(key);
            throw new CryptographicException("It is of another curve.");
        }
        catch (Exception fault) when (fault is CryptographicException or ArgumentException)
        {
            key.Dispose();
            throw new StartException(
                $"{file} is no private key of P-256. Put the right one back from a backup: with another key, farms refuse " +
                "this node's receipts until they accept the new one.", fault);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(stored);
        }
    }
}
