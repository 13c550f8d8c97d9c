using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FheOrleans.Client.Nodes;

/// <summary>Accepts one certificate, by its hash, whatever its issuer, name or dates say; and no other, whoever vouches for it.</summary>
internal sealed class CertificatePin(string sha256)
{
    /// <summary>A handler whose every connection is made with the pin.</summary>
    public SocketsHttpHandler CreateHandler(NodeClientOptions options) => new()
    {
        ConnectTimeout = options.ConnectTimeout,
        UseCookies = false,
        UseProxy = false,
        AllowAutoRedirect = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = Check },
    };

    private bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        var found = certificate is null ? "none" : Convert.ToHexString(SHA256.HashData(certificate.GetRawCertData()));
        // Thrown rather than returned false, so that the reason reaches the caller with both values.
        return string.Equals(found, sha256, StringComparison.OrdinalIgnoreCase) ? true : throw new CertificateMismatchException(sha256, found);
    }
}
