using System.Text;
using FheOrleans.Gateway.Host.Options;
using FheOrleans.Grains;
using FheOrleans.Hosting;
using Orleans;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;

namespace FheOrleans.Gateway.Host.Hosting;

/// <summary>
/// The way back for an operator who has lost every token of a cluster. Whoever has a gateway's secrets is let in by the silos and may ask for
/// anything there: so this takes no further proof, and gives nobody more than they had.
/// </summary>
internal static class OperatorRenewal
{
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan AnswerPatience = TimeSpan.FromSeconds(20);

    /// <summary>Makes the token, writes it, and has the cluster put it in the place of all others of the operator.</summary>
    /// <exception cref="StartException">No silo answers, or the file cannot be written; the message says what holds then.</exception>
    public static async Task RunAsync(OperatorRenewalOptions options)
    {
        var secrets = SecretsFolder.Open(options.Secrets);
        using var peers = PeerCertificates.Load(secrets);
        using var client = await ConnectAsync(options, DatabaseConnection.Read(secrets), peers);
        // Written before it is told: a token that is enrolled and lost would be one more that is lost.
        var token = OperatorToken.New();
        Write(options.TokenFile, token);
        try
        {
            await client.Services.GetRequiredService<IGrainFactory>().GetGrain<IOperatorGrain>(GrainKeys.Operator).ReplaceTokensAsync(OperatorToken.Hash(token));
        }
        catch (Exception fault) when (fault is OrleansException or TimeoutException or StorageException)
        {
            throw new StartException(
                $"The cluster did not confirm the new token ({fault.GetType().Name}): it may be good, and the old ones may still be. Run this again with another --token-file.", fault);
        }
        await Console.Out.WriteLineAsync($"The operator's new token is in {Path.GetFullPath(options.TokenFile)}; every other one it had has stopped working.");
        await client.StopAsync();
    }

    private static async Task<IHost> ConnectAsync(OperatorRenewalOptions options, string connection, PeerCertificates peers)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.UseOrleansClient(client =>
        {
            client.JoinCluster(options.Cluster, connection, peers);
            client.Services.Configure<ClientMessagingOptions>(messages => messages.ResponseTimeout = AnswerPatience);
        });
        var host = builder.Build();
        using var patience = new CancellationTokenSource(ConnectPatience);
        try
        {
            await host.StartAsync(patience.Token);
            return host;
        }
        catch (Exception fault)
        {
            host.Dispose();
            // Without the cause's own words, which may name the database's account.
            throw new StartException(
                $"No silo of cluster '{options.Cluster}' answers ({fault.GetType().Name}): nothing was changed. Look whether the database and at least one silo with --clients "
                + "run, are reached from here, and have these secrets.");
        }
    }

    private static void Write(string path, string token)
    {
        try
        {
            if (SecretFile.WriteNew(path, Encoding.UTF8.GetBytes(token))) return;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"--token-file cannot be written ({fault.GetType().Name}): nothing was changed.");
        }
        throw new StartException("--token-file names something that is there already: nothing was changed. Name a new file.");
    }
}
