using System.Security.Cryptography.X509Certificates;
using FheOrleans.Gateway.Host.Options;
using FheOrleans.Hosting;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Messaging;

namespace FheOrleans.Gateway.Host.Hosting;

/// <summary>A gateway of a cluster: HTTPS and SignalR on one side, a client of Orleans on the other. It keeps nothing; any number of them may run.</summary>
internal static class GatewayHost
{
    // For requests that run.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);

    // A silo that dies does not answer what it was asked: the caller hears of it after this time and asks again.
    private static readonly TimeSpan ResponsePatience = TimeSpan.FromSeconds(10);

    /// <summary>Runs the gateway until it is told to stop.</summary>
    /// <exception cref="StartException">It cannot start.</exception>
    public static async Task RunAsync(GatewayHostOptions options)
    {
        var secrets = SecretsFolder.Open(options.Secrets);
        using var certificate = SelfSignedCertificate.Load(
            secrets.Read(SecretsFolder.Certificate),
            $"{SecretsFolder.Certificate} in the folder of --secrets is no certificate with its key. Put it back from where the cluster was prepared: clients know its hash.");
        using var peers = PeerCertificates.Load(secrets);
        await using var application = Build(options, DatabaseConnection.Read(secrets), certificate, peers);
        var url = await WebProcess.StartAsync(application, $"The gateway cannot start at {options.Url}");
        var hash = NodeCertificate.Sha256(certificate);
        application.Logger.Ready(url, hash, options.Cluster);
        Console.WriteLine($"ready {url} sha256:{hash}");
        Console.Out.Flush();
        await application.WaitForShutdownAsync();
    }

    private static WebApplication Build(GatewayHostOptions options, string connection, X509Certificate2 certificate, PeerCertificates peers)
    {
        var builder = WebProcess.CreateBuilder(options, "fheorleans-gateway", StopPatience);
        HttpsServer.Add(builder.WebHost, options.Url, options.Connections, certificate);
        builder.Logging.AddFilter("Orleans", options.Log > LogLevel.Warning ? options.Log : LogLevel.Warning);
        // Hosted services start in this order, and the server after them: nobody gets in before the cluster answers.
        builder.Services.AddSingleton<ClusterConnecting>();
        builder.UseOrleansClient(client =>
        {
            client.JoinCluster(options.Cluster, connection, peers);
            client.Services.Configure<ClientMessagingOptions>(messages => messages.ResponseTimeout = ResponsePatience);
            client.Services.AddSingleton<IGatewayListProvider, SiloList>();
            client.Services.AddSingleton<IClientConnectionRetryFilter>(provider => provider.GetRequiredService<ClusterConnecting>());
        });
        builder.Services.AddSingleton<IReadinessCheck, ClusterCheck>();
        if (options.StopWithParent) builder.Services.AddHostedService<ParentWatch>();
        builder.Services.AddGateway(new GatewayOptions
        {
            BodyMemoryBytes = (long)options.BodyMemoryMebibytes << 20,
            FailedSignInsPerMinute = options.FailedSignInsPerMinute,
            TokenLifetime = TimeSpan.FromDays(options.TokenDays),
        });

        var application = builder.Build();
        application.UseGateway();
        return application;
    }
}
