using System.Security.Cryptography.X509Certificates;
using FheOrleans.Gateway;
using FheOrleans.Grains;
using FheOrleans.Hosting;
using FheOrleans.Silo.Identity;
using FheOrleans.Silo.Options;
using FheOrleans.Silo.Storage;

namespace FheOrleans.Silo.Hosting;

/// <summary>A node: storage, grains and gateway in one process.</summary>
internal static class Node
{
    // For requests that run; parts that are evaluated have --drain beside it.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);

    /// <summary>Runs the node until it is told to stop.</summary>
    /// <exception cref="StartException">It cannot start.</exception>
    public static async Task RunAsync(NodeOptions options)
    {
        // Asked for a token only, it listens for nobody and evaluates nothing.
        if (options.NewOperatorToken) options = options with { Url = new("https://127.0.0.1:0"), Drain = TimeSpan.Zero };
        options.Memory.Apply();
        using var folder = DataFolder.Take(options.Data);
        using var certificate = NodeCertificate.LoadOrMake(folder, options.Url.Host, TimeProvider.System);
        await using var application = Build(options, folder, certificate);
        var url = await WebProcess.StartAsync(application, $"The node cannot start at {options.Url}");
        if (options.NewOperatorToken)
        {
            Console.WriteLine($"The operator's new token is in {folder.PathOf(NodeStart.TokenFile)}; every other one it had has stopped working.");
            await application.StopAsync();
            return;
        }
        var hash = NodeCertificate.Sha256(certificate);
        application.Logger.Ready(url, hash, options.Workers);
        if (options is { MemoryMebibytes: { } memory, Memory: { HeapBytes: { } heap } plan })
            application.Logger.KeepingTo(memory, heap >> 20, plan.KeyCacheMebibytes);
        Console.WriteLine($"ready {url} sha256:{hash}");
        Console.Out.Flush();
        await application.WaitForShutdownAsync();
    }

    /// <summary>Puts the node together.</summary>
    /// <param name="options">How it runs.</param>
    /// <param name="folder">What it keeps.</param>
    /// <param name="certificate">Who it is.</param>
    /// <param name="configure">Sets what has no option on the command line; for tests.</param>
    internal static WebApplication Build(
        NodeOptions options, DataFolder folder, X509Certificate2 certificate, Action<GatewayOptions, IServiceCollection>? configure = null)
    {
        var builder = WebProcess.CreateBuilder(
            options, "fheorleans-node", StopPatience + options.Drain, provider => provider.GetRequiredService<NodeTelemetry>());
        HttpsServer.Add(builder.WebHost, options.Url, options.Connections, certificate);
        NodeStorage.Add(builder.Services, options, folder);
        GrainHosting.Add(builder, options);
        builder.Services.AddSingleton(folder);
        builder.Services.AddSingleton<INodeKey>(_ => NodeSigningKey.LoadOrMake(folder));
        builder.Services.AddSingleton<NodeTelemetry>();
        builder.Services.AddSingleton<IReadinessCheck, StorageCheck>();
        // Hosted services start in this order, and the server after them: nobody gets in before the node is itself.
        builder.Services.AddHostedService(provider => ActivatorUtilities.CreateInstance<NodeStart>(provider, options));
        builder.Services.AddHostedService(provider => ActivatorUtilities.CreateInstance<MemoryAtRest>(provider, options));
        if (options.StopWithParent) builder.Services.AddHostedService<ParentWatch>();
        var gateway = new GatewayOptions
        {
            BodyMemoryBytes = (long)options.BodyMemoryMebibytes << 20,
            FailedSignInsPerMinute = options.FailedSignInsPerMinute,
            TokenLifetime = TimeSpan.FromDays(options.TokenDays),
        };
        configure?.Invoke(gateway, builder.Services);
        builder.Services.AddGateway(gateway);

        var application = builder.Build();
        application.UseGateway();
        return application;
    }
}
