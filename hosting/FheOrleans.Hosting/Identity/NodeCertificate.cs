using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FheOrleans.Hosting;

/// <summary>
/// The certificate a node makes for itself on its first start and keeps. Nobody vouches for it: clients know it by its hash, which the
/// node prints. So it need not expire soon, and a new one means that every client must be told.
/// </summary>
public static class NodeCertificate
{
    private const string FileName = "node.pfx";

    /// <summary>Loads the folder's certificate, or makes one.</summary>
    /// <param name="folder">The node's folder.</param>
    /// <param name="host">The host the node listens on, named in a new certificate beside localhost.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The certificate with its key; the caller disposes of it.</returns>
    /// <exception cref="StartException">The file is not a certificate with its key, or others may read it.</exception>
    public static X509Certificate2 LoadOrMake(DataFolder folder, string host, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(folder);
        var stored = folder.ReadSecret(FileName);
        if (stored is null)
        {
            stored = SelfSignedCertificate.MakeServer([host], time);
            folder.WriteSecret(FileName, stored);
        }
        return SelfSignedCertificate.Load(
            stored, $"{FileName} in the folder of --data is not a certificate. Delete it to have a new one made; clients must then be told its hash.");
    }

    /// <summary>What clients pin: SHA-256 of the DER bytes, upper-case hexadecimal.</summary>
    /// <param name="certificate">The certificate.</param>
    public static string Sha256(X509Certificate2 certificate)
    {
        ArgumentNullException.ThrowIfNull(certificate);
        return Convert.ToHexString(SHA256.HashData(certificate.RawData));
    }
}
