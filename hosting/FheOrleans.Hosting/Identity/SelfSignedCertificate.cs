using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FheOrleans.Hosting;

/// <summary>
/// Certificates nobody vouches for: who meets one knows its hash, or has the very same. So they need not expire soon, and none of them is an
/// authority for others. ECDSA over P-256.
/// </summary>
public static class SelfSignedCertificate
{
    private const int Years = 10;
    private static readonly Oid Server = new("1.3.6.1.5.5.7.3.1"), Client = new("1.3.6.1.5.5.7.3.2");

    /// <summary>Makes one for an HTTPS server.</summary>
    /// <param name="hosts">Names and addresses to put into it beside <c>localhost</c> and the loopback addresses.</param>
    /// <param name="time">The clock.</param>
    /// <returns>Certificate and key, PKCS #12 without a password.</returns>
    public static byte[] MakeServer(IEnumerable<string> hosts, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        foreach (var host in hosts)
        {
            if (!IPAddress.TryParse(host.Trim('[', ']'), out var address)) AddName(names, host);
            else if (!IPAddress.IsLoopback(address)) names.AddIpAddress(address);
        }
        return Make("CN=FheOrleans node", [Server], time, names);
    }

    /// <summary>Makes one by which processes know each other: each presents it, and each accepts it.</summary>
    /// <param name="time">The clock.</param>
    /// <returns>Certificate and key, PKCS #12 without a password.</returns>
    public static byte[] MakePeer(TimeProvider time) => Make("CN=FheOrleans cluster", [Server, Client], time);

    /// <summary>Loads one with its key.</summary>
    /// <param name="stored">PKCS #12 without a password; overwritten with zeros before this returns.</param>
    /// <param name="complaint">What to say where it is none: which file, and what to do.</param>
    /// <returns>The certificate with its key; the caller disposes of it.</returns>
    /// <exception cref="StartException">It is no certificate, or has no key.</exception>
    public static X509Certificate2 Load(byte[] stored, string complaint)
    {
        try
        {
            var certificate = X509CertificateLoader.LoadPkcs12(stored, password: null);
            if (certificate.HasPrivateKey) return certificate;
            certificate.Dispose();
            throw new CryptographicException("There is no private key beside it.");
        }
        catch (CryptographicException fault)
        {
            throw new StartException(complaint, fault);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(stored);
        }
    }

    private static byte[] Make(string subject, Oid[] usages, TimeProvider time, SubjectAlternativeNameBuilder? names = null)
    {
        ArgumentNullException.ThrowIfNull(time);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        if (names is not null) request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([.. usages], critical: false));
        var now = time.GetUtcNow();
        // A day back: the clocks of those who meet need not agree.
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddYears(Years));
        return certificate.Export(X509ContentType.Pfx);
    }

    private static void AddName(SubjectAlternativeNameBuilder names, string host)
    {
        if (host is not ("localhost" or "*" or "+") && Uri.CheckHostName(host) == UriHostNameType.Dns) names.AddDnsName(host);
    }
}
