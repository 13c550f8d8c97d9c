using System.Net;
using FheOrleans.Gateway;
using FheOrleans.Grains;
using FheOrleans.Hosting;
using FheOrleans.Silo.Identity;
using FheOrleans.Silo.Options;
using FheOrleans.Silo.Storage;
using FheOrleans.Silo.Storage.Postgres;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Runtime;
using Orleans.Storage;
using GatewayOptions = FheOrleans.Gateway.GatewayOptions;

namespace FheOrleans.Silo.Hosting;

/// <summary>
/// A silo of a cluster: it hosts grains, and keeps nothing of its own: state is in the database, secrets come from the folder. Any
/// number of them may run, and any may die.
/// </summary>
internal static class ClusterSilo
{
    // For grains that are put away; parts that are evaluated have --drain beside it.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);

    // What a dead silo had given out is given out again within this time of its being declared dead.
    private static readonly TimeSpan WorkCheckPeriod = TimeSpan.FromSeconds(3);

    /// <summary>Runs the silo until it is told to stop.</summary>
    /// <exception cref="StartException">It cannot start.</exception>
    public static async Task RunAsync(ClusterSiloOptions options)
    {
        options.Memory.Apply();
        var secrets = SecretsFolder.Open(options.Secrets);
        var place = await options.Silo!.ResolveAsync();
        var listening = options.Listen is null ? place : await options.Listen.ResolveAsync();
        using var peers = PeerCertificates.Load(secrets);
        await using var application = Build(options, secrets, (place, listening), peers);
        await using var claim = await TakeStorageAsync(application.Services);
        var health = await WebProcess.StartAsync(application, $"The silo cannot start at {options.Silo}");
        application.Logger.SiloReady(options.Cluster, place, health, options.Workers);
        Console.WriteLine($"ready {place} {health}");
        Console.Out.Flush();
        await application.WaitForShutdownAsync();
    }

    private static async Task<IAsyncDisposable> TakeStorageAsync(IServiceProvider services)
    {
        IAsyncDisposable? claim = null;
        try
        {
            claim = await ClusterStorage.ClaimAsync(services);
            await ClusterStorage.CheckAsync(services);
            return claim;
        }
        catch (Exception fault)
        {
            if (claim is not null) await claim.DisposeAsync();
            if (fault is StorageException) throw new StartException(fault.Message, fault);
            throw;
        }
    }

    private static WebApplication Build(
        ClusterSiloOptions options, SecretsFolder secrets, (IPEndPoint Told, IPEndPoint Listening) silos, PeerCertificates peers)
    {
        var connection = DatabaseConnection.Read(secrets);
        var builder = WebProcess.CreateBuilder(
            options, "fheorleans-silo", StopPatience + options.Drain, provider => provider.GetRequiredService<NodeTelemetry>());
        HealthServer.Add(builder.WebHost, options.Health);
        builder.Logging.AddFilter("Orleans", options.Log > LogLevel.Warning ? options.Log : LogLevel.Warning);
        builder.Services.AddSingleton(secrets);
        builder.Services.AddSingleton<INodeKey>(_ => NodeSigningKey.Load(secrets));
        builder.Services.AddClusterStorage(connection);
        builder.Services.AddSingleton<INodeDatabase, PostgresNodeDatabase>().AddSingleton<NodeTelemetry>();
        // Before the grains: hosted services start in this order, and the grains' own asks for unfinished work at once.
        builder.UseOrleans(silo =>
        {
            silo.JoinCluster(options.Cluster, connection, peers);
            silo.Services.Configure<EndpointOptions>(endpoints =>
            {
                var told = silos.Told;
                (endpoints.AdvertisedIPAddress, endpoints.SiloPort, endpoints.GatewayPort) = (told.Address, told.Port, options.Clients?.Port ?? 0);
                endpoints.SiloListeningEndpoint = silos.Listening;
                if (options.Clients is { } clients) endpoints.GatewayListeningEndpoint = new(told.Address, clients.Port);
            });
            silo.Services.DeclareDeadAfter(options.Silence);
            silo.Services.AddSingleton<ActiveGrains>();
            silo.Services.AddSingleton<IConfigureGrainContextProvider>(provider => provider.GetRequiredService<ActiveGrains>());
            silo.Services.AddSingleton<IFatalErrorHandler, SiloEnd>();
            // Our storage writes bytes of its own form. What Orleans might ever write of a state is not to be JSON, its default: payloads would
            // grow by a third.
            silo.Services.AddSingleton<IGrainStorageSerializer, OrleansGrainStorageSerializer>();
            silo.Services.Configure<GrainCollectionOptions>(collection =>
                (collection.CollectionAge, collection.CollectionQuantum) = (options.Idle, options.IdleQuantum));
        });
        builder.Services.AddFheGrains(grains =>
        {
            grains.WorkCheckPeriod = WorkCheckPeriod;
            options.ApplyTo(grains);
        });
        builder.Services.AddHostedService<ClusterStart>();
        builder.Services.AddSingleton<IReadinessCheck, SiloCheck>();
        builder.Services.AddHostedService(provider => ActivatorUtilities.CreateInstance<MemoryAtRest>(provider, options));
        if (options.StopWithParent) builder.Services.AddHostedService<ParentWatch>();
        builder.Services.AddHealth(new GatewayOptions());

        var application = builder.Build();
        application.UseHealth();
        return application;
    }
}
