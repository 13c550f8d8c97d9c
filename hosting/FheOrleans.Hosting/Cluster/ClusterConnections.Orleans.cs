using System.Security.Authentication;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Connections.Security;
using Orleans.Hosting;

namespace FheOrleans.Hosting;

/// <summary>What silos and gateways of a cluster must agree on: its name and table, who is let in, how large a message may be.</summary>
public static class ClusterConnections
{
    /// <summary>
    /// The largest message. What is sent is a few MiB at most (docs/hosting.md#messages); Orleans answers a larger one by closing the connection,
    /// so this is a fence, not a limit anybody should meet.
    /// </summary>
    public const int MaximumMessageBytes = 64 << 20;

    private const string Service = "fheorleans";
    private const string Npgsql = "Npgsql";
    private const int MaximumHeaderBytes = 1 << 20;

    // Who was lost, and who is new, is known to gateways within seconds, not within Orleans' minute.
    private static readonly TimeSpan GatewayListPeriod = TimeSpan.FromSeconds(2);

    /// <summary>Makes a silo part of the cluster.</summary>
    /// <param name="silo">The silo.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="connection">The connection string of the database with the membership's table.</param>
    /// <param name="peers">By what the cluster's processes know each other.</param>
    /// <returns><paramref name="silo"/>.</returns>
    public static ISiloBuilder JoinCluster(this ISiloBuilder silo, string cluster, string connection, PeerCertificates peers)
    {
        ArgumentNullException.ThrowIfNull(peers);
        silo.UseAdoNetClustering(table => (table.Invariant, table.ConnectionString) = (Npgsql, DatabaseConnection.ForMembership(connection)));
        silo.Services.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, Service));
        silo.Services.Configure<SiloMessagingOptions>(Bound);
        return silo.UseTls(peers.Own, tls => Secure(tls, peers));
    }

    /// <summary>Makes a client, which a gateway is, part of the cluster.</summary>
    /// <param name="client">The client.</param>
    /// <param name="cluster">The cluster's name.</param>
    /// <param name="connection">The connection string of the database with the membership's table; reading it is enough.</param>
    /// <param name="peers">By what the cluster's processes know each other.</param>
    /// <returns><paramref name="client"/>.</returns>
    public static IClientBuilder JoinCluster(this IClientBuilder client, string cluster, string connection, PeerCertificates peers)
    {
        ArgumentNullException.ThrowIfNull(peers);
        client.UseAdoNetClustering(table => (table.Invariant, table.ConnectionString) = (Npgsql, DatabaseConnection.ForMembership(connection)));
        client.Services.Configure<ClusterOptions>(options => (options.ClusterId, options.ServiceId) = (cluster, Service));
        client.Services.Configure<ClientMessagingOptions>(Bound);
        client.Services.Configure<GatewayOptions>(options => options.GatewayListRefreshPeriod = GatewayListPeriod);
        return client.UseTls(peers.Own, tls => Secure(tls, peers));
    }

    // Both sides show the cluster's certificate and demand it. That a chain or a name does not hold is no matter: it is compared byte for byte,
    // and TLS has made sure that the peer has its key.
    private static void Secure(TlsOptions tls, PeerCertificates peers)
    {
        tls.RemoteCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.ClientCertificateMode = RemoteCertificateMode.RequireCertificate;
        tls.RemoteCertificateValidation = (presented, _, _) => peers.Accepts(presented);
        tls.SslProtocols = SslProtocols.Tls13;
        tls.CheckCertificateRevocation = false;
        tls.OnAuthenticateAsClient = (_, options) => options.TargetHost = Service;
    }

    private static void Bound(MessagingOptions messages) =>
        (messages.MaxMessageBodySize, messages.MaxMessageHeaderSize) = (MaximumMessageBytes, MaximumHeaderBytes);
}
