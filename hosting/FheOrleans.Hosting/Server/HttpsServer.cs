using System.Net;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace FheOrleans.Hosting;

/// <summary>The web server of a process that strangers reach: one HTTPS endpoint, and limits under which a stranger can hold little and not for long.</summary>
public static class HttpsServer
{
    /// <summary>
    /// The slowest upload that is waited for, bytes a second, after <see cref="SlowUploadGrace"/>: a body's memory is not lent for
    /// ever.
    /// </summary>
    private const double SlowestUpload = 4096;

    private static readonly TimeSpan SlowUploadGrace = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan HandshakePatience = TimeSpan.FromSeconds(10);

    /// <summary>Adds it.</summary>
    /// <param name="host">The application's web host.</param>
    /// <param name="url">Where it listens: an address of this machine, <c>localhost</c>, or a name, which stands for every address; port 0 takes a free one.</param>
    /// <param name="connections">Connections open at once, from 1; more are turned away.</param>
    /// <param name="certificate">Who it is, with the private key.</param>
    public static void Add(IWebHostBuilder host, Uri url, int connections, X509Certificate2 certificate) =>
        host.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(server => Configure(server, url, connections, certificate));

    private static void Configure(KestrelServerOptions server, Uri url, int connections, X509Certificate2 certificate)
    {
        server.AddServerHeader = false;
        server.Limits.MaxConcurrentConnections = connections;
        server.Limits.MaxConcurrentUpgradedConnections = connections;
        // What a connection may have sent without having been read. Bodies of endpoints are raised one by one; no body passes unasked.
        server.Limits.MaxRequestBufferSize = 256 << 10;
        server.Limits.MaxRequestBodySize = 64 << 10;
        server.Limits.MaxRequestHeadersTotalSize = 16 << 10;
        server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
        server.Limits.MinRequestBodyDataRate = new MinDataRate(SlowestUpload, SlowUploadGrace);
        server.Limits.Http2.MaxStreamsPerConnection = 32;
        server.Limits.Http2.InitialConnectionWindowSize = 1 << 20;
        server.Limits.Http2.InitialStreamWindowSize = 256 << 10;
        Listen(server, url, endpoint => endpoint.UseHttps(new HttpsConnectionAdapterOptions
        {
            ServerCertificate = certificate,
            SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            HandshakeTimeout = HandshakePatience,
        }));
    }

    internal static void Listen(KestrelServerOptions server, Uri url, Action<ListenOptions> configure)
    {
        var host = url.Host.Trim('[', ']');
        if (IPAddress.TryParse(host, out var address)) server.Listen(address, url.Port, configure);
        else if (url.IsLoopback) server.Listen(IPAddress.Loopback, url.Port, configure);
        else server.ListenAnyIP(url.Port, configure);
    }
}
