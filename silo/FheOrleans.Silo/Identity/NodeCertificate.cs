using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FheOrleans.Silo.Identity;

/// <summary>
/// The certificate a node makes for itself on its first start and keeps. Nobody vouches for it: clients know it by its hash, which the
/// node prints. So it need not expire soon, and a new one means that every client must be told.
/// </summary>
internal static class NodeCertificate
{
    private const string FileName = "node.pfx";
    private const int Years = 10;
    private static readonly Oid ServerAuthentication = new("1.3.6.1.5.5.7.3.1");

    /// <summary>Loads the folder's certificate, or makes one.</summary>
    /// <param name="folder">The node's folder.</param>
    /// <param name="host">The host the node listens on, named in a new certificate beside localhost.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="NodeStartException">The file is not a certificate with its key, or others may read it.</exception>
    public static X509Certificate2 LoadOrMake(DataFolder folder, string host, TimeProvider time)
    {
        var stored = folder.ReadSecret(FileName);
        if (stored is null)
        {
            stored = Make(host, time);
            folder.WriteSecret(FileName, stored);
        }
        try
        {
            return X509CertificateLoader.LoadPkcs12(stored, password: null);
        }
        catch (CryptographicException fault)
        {
            throw new NodeStartException(
                $"{FileName} in the folder of --data is not a certificate. Delete it to have a new one made; clients must then be told its hash.", fault);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(stored);
        }
    }

    /// <summary>What clients pin: SHA-256 of the DER bytes, upper-case hexadecimal.</summary>
    public static string Sha256(X509Certificate2 certificate) => Convert.ToHexString(SHA256.HashData(certificate.RawData));

    private static byte[] Make(string host, TimeProvider time)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=FheOrleans node", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        if (!IPAddress.TryParse(host.Trim('[', ']'), out var address)) AddName(names, host);
        else if (!IPAddress.IsLoopback(address)) names.AddIpAddress(address);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([ServerAuthentication], critical: false));
        var now = time.GetUtcNow();
        // A day back: the clocks of the farm and of the node need not agree.
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(Years));
        return certificate.Export(X509ContentType.Pfx);
    }

    private static void AddName(SubjectAlternativeNameBuilder names, string host)
    {
        if (host is not ("localhost" or "*" or "+") && Uri.CheckHostName(host) == UriHostNameType.Dns) names.AddDnsName(host);
    }
}
