using System.Security.Cryptography;
using FheOrleans.Client.Nodes;

namespace FheOrleans.Node.Tests.Support;

/// <summary>HTTP without the library: for requests that a good client would not send.</summary>
internal static class PlainHttp
{
    public static HttpClient Create(NodeAddress address, string? token)
    {
        var handler = new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) =>
                certificate is not null && Convert.ToHexString(SHA256.HashData(certificate.RawData)) == address.CertificateSha256,
        };
        var http = new HttpClient(handler) { BaseAddress = address.Url };
        if (token is not null) http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return http;
    }
}
