using System.Security.Cryptography;
using System.Text;
using FheOrleans.Grains;

namespace FheOrleans.Silo.Identity;

/// <summary>
/// The key a node signs receipts and ledgers with: ECDSA P-256, made on the first start and kept beside the certificate. It is not the
/// certificate's key: a new certificate leaves receipts as good as they were.
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
    /// <exception cref="NodeStartException">The file is no P-256 key, or others may read it.</exception>
    public static NodeSigningKey LoadOrMake(DataFolder folder)
    {
        if (folder.ReadSecret(FileName) is { } stored) return Load(stored);
        var made = Make();
        folder.WriteSecret(FileName, Encoding.ASCII.GetBytes(made._key.ExportPkcs8PrivateKeyPem() + "\n"));
        return made;
    }

    /// <inheritdoc/>
    public byte[] Sign(ReadOnlySpan<byte> statement)
    {
        lock (_gate) return _key.SignData(statement, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
    }

    public void Dispose() => _key.Dispose();

    private static NodeSigningKey Load(byte[] stored)
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
            throw new NodeStartException(
                $"{FileName} in the folder of --data is no private key of P-256. Put the right one back from a backup: with another key, farms refuse " +
                "this node's receipts until they accept the new one.", fault);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(stored);
        }
    }
}
