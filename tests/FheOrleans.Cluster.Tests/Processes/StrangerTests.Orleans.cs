using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using FheOrleans.Cluster.Tests.Support;
using FheOrleans.Hosting;
using FheOrleans.Silo.Storage.Postgres;
using FheOrleans.Tests;
using Microsoft.Extensions.Logging.Abstractions;

namespace FheOrleans.Cluster.Tests.Processes;

/// <summary>Who has not the cluster's certificate does not get in, whatever else it has.</summary>
[Collection(ProcessCollection.Name)]
public class StrangerTests
{
    [PostgreSqlFact]
    public async Task Silo_WithTheDatabaseAndAnotherCertificate_DoesNotJoin()
    {
        await using var cluster = await TestCluster.StartAsync(silos: 1, gateways: 1);
        var secrets = Directory.CreateDirectory(cluster.Secrets + "-stranger").FullName;
        foreach (var file in Directory.GetFiles(cluster.Secrets)) File.Copy(file, Path.Combine(secrets, Path.GetFileName(file)));
        File.Delete(Path.Combine(secrets, SecretsFolder.ClusterCertificate));
        SecretsFolder.Open(secrets).WriteNew(SecretsFolder.ClusterCertificate, SelfSignedCertificate.MakePeer(TimeProvider.System));

        await using var stranger = ProgramProcess.Start(ProgramProcess.Silo, TestCluster.SiloCommand(secrets));

        // Both say why: it is not let in, and lets nobody in.
        await stranger.LogsAsync("Authentication failed");
        await cluster.Silos[0].LogsAsync("Authentication failed");
        Assert.Single((await cluster.ReadMembershipAsync()).Split(' '), silo => silo.EndsWith("=3", StringComparison.Ordinal));
        await using var owner = cluster.Client(await cluster.JoinAsync("vale", "hill"));
        Assert.Equal("hill", (await owner.GetMeAsync()).Owner);
    }

    [PostgreSqlFact]
    public async Task Node_DatabaseOfRunningSilos_IsTaken()
    {
        await using var cluster = await TestCluster.StartAsync(silos: 1, gateways: 0);
        await using var database = new PostgresDatabase(cluster.ConnectionString, TimeProvider.System);

        var refused = await Assert.ThrowsAsync<StartException>(
            () => DatabaseClaim.TakeAsync(database, isShared: false, NullLogger.Instance, () => { }, CancellationToken.None));

        Assert.Contains("Another node uses the database", refused.Message, StringComparison.Ordinal);
    }

    [PostgreSqlTheory, InlineData(false), InlineData(true)]
    public async Task Endpoints_StrangerWithOrWithoutACertificate_SayNothing(bool hasCertificate)
    {
        await using var cluster = await TestCluster.StartAsync(silos: 1, gateways: 0);
        using var own = SelfSignedCertificate.Load(SelfSignedCertificate.MakePeer(TimeProvider.System), "");
        foreach (var port in cluster.PortsOfSilo)
        {
            using var tcp = new TcpClient();
            await tcp.ConnectAsync(IPAddress.Loopback, port);
            await using var tls = new SslStream(tcp.GetStream());
            var isTurnedAway = false;
            try
            {
                await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
                {
                    TargetHost = "fheorleans",
                    ApplicationProtocols = [new("Orleans1")],
                    ClientCertificates = hasCertificate ? new X509CertificateCollection { own } : null,
                    RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null,
                });
                // In TLS 1.3 the server looks at the client's certificate after the client believes that all is well.
                isTurnedAway = await tls.ReadAsync(new byte[1]).AsTask().WaitAsync(ProgramProcess.Patience) == 0;
            }
            catch (Exception fault) when (fault is IOException or System.Security.Authentication.AuthenticationException)
            {
                isTurnedAway = true;
            }
            Assert.True(isTurnedAway);
        }
    }
}
