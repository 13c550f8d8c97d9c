using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using FheOrleans.Silo.Options;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace FheOrleans.Silo.Hosting;

/// <summary>The node's web server: one HTTPS endpoint, and limits under which a stranger can hold little and not for long.</summary>
internal static class NodeServer
{
    /// <summary>
    /// The slowest upload that is waited for, bytes a second, after <see cref="SlowUploadGrace"/>: a body's memory is not lent for
    /// ever.
    /// </summary>
    private const double SlowestUpload = 4096;

    private static readonly TimeSpan SlowUploadGrace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HandshakePatience = TimeSpan.FromSeconds(10);

    public static void Add(IWebHostBuilder host, NodeOptions options, X509Certificate2 certificate) =>
        host.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(server => Configure(server, options, certificate));

    private static void Configure(KestrelServerOptions server, NodeOptions options, X509Certificate2 certificate)
    {
        server.AddServerHeader = false;
        server.Limits.MaxConcurrentConnections = options.Connections;
        server.Limits.MaxConcurrentUpgradedConnections = options.Connections;
        // What a connection may have sent without having been read. Bodies of endpoints are raised one by one; no body passes unasked.
        server.Limits.MaxRequestBufferSize = 256 << 10;
        server.Limits.MaxRequestBodySize = 64 << 10;
        server.Limits.MaxRequestHeadersTotalSize = 16 << 10;
        server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        server.Limits.MinRequestBodyDataRate = new MinDataRate(SlowestUpload, SlowUploadGrace);
        server.Limits.Http2.MaxStreamsPerConnection = 32;
        server.Limits.Http2.InitialConnectionWindowSize = 1 << 20;
        server.Limits.Http2.InitialStreamWindowSize = 256 << 10;
        Listen(server, options.Url, endpoint => endpoint.UseHttps(new HttpsConnectionAdapterOptions
        {
            ServerCertificate = certificate,
            SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            HandshakeTimeout = HandshakePatience,
        }));
    }

    private static void Listen(KestrelServerOptions server, Uri url, Action<ListenOptions> configure)
    {
        var host = url.Host.Trim('[', ']');
        if (IPAddress.TryParse(host, out var address)) server.Listen(address, url.Port, configure);
        else if (url.IsLoopback) server.Listen(IPAddress.Loopback, url.Port, configure);
        else server.ListenAnyIP(url.Port, configure);
    }
}
