using Microsoft.AspNetCore.Hosting;

namespace FheOrleans.Hosting;

/// <summary>The web server of a process that only says how it is: unencrypted, for probes of its own machine or its own network.</summary>
public static class HealthServer
{
    private const int Connections = 32;

    /// <summary>Adds it.</summary>
    /// <param name="host">The application's web host.</param>
    /// <param name="url">Where it listens, as in <see cref="HttpsServer.Add"/>.</param>
    public static void Add(IWebHostBuilder host, Uri url) => host.UseKestrelCore().ConfigureKestrel(server =>
    {
        server.AddServerHeader = false;
        server.Limits.MaxConcurrentConnections = Connections;
        server.Limits.MaxConcurrentUpgradedConnections = 0;
        server.Limits.MaxRequestBodySize = 0;
        server.Limits.MaxRequestHeadersTotalSize = 8 << 10;
        server.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(5);
        server.Limits.KeepAliveTimeout = TimeSpan.FromSeconds(30);
        HttpsServer.Listen(server, url, _ => { });
    });
}
