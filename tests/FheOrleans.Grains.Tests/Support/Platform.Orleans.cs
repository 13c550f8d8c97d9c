using FheOrleans.Silo.Identity;
using FheOrleans.Silo.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;
using Orleans.Storage;
using Orleans.TestingHost;

namespace FheOrleans.Grains.Tests;

/// <summary>The grains on two Orleans silos, or as many as a test says, that share a SQLite file, called by a client outside of them.</summary>
internal sealed class Platform : IAsyncDisposable
{
    public const string Tenant = "coop";

    private readonly string _folder;
    private readonly Action<FheGrainsOptions>? _configure;
    private readonly InProcessTestCluster _cluster;
    private readonly SqliteDatabase _database;
    private readonly WatchedMeter _meter;
    private readonly List<object> _kept = [];
    private readonly int _silos;
    private bool _isHandedOn;

    private Platform(string folder, ShiftedClock clock, WatchedPayloads watch, Action<FheGrainsOptions>? configure, int silos)
    {
        (_folder, Clock, Payloads, _configure, _silos) = (folder, clock, watch, configure, silos);
        _database = new SqliteDatabase(Path.Combine(folder, SqliteStorageExtensions.FileName));
        _meter = new(new SqliteUsageMeter(_database));
        var builder = new InProcessTestClusterBuilder((short)silos);
        builder.Options.ConfigureFileLogging = false;
        builder.ConfigureSiloHost((_, host) =>
        {
            host.UseOrleans(_ => { }); // Before the grains, whose hosted service calls one.
            host.Logging.ClearProviders().AddProvider(Log);
            // As a cluster's silos do: one that dies is given up within seconds, whoever of the others says so.
            host.Services.Configure<ClusterMembershipOptions>(membership =>
                (membership.ProbeTimeout, membership.NumMissedProbesLimit, membership.NumVotesForDeathDeclaration) = (TimeSpan.FromSeconds(2), 2, 1));
            host.Services.AddSingleton<TimeProvider>(clock);
            host.Services.AddSingleton(_database);
            host.Services.AddSingleton<IPayloadStore>(watch.Over(new SqlitePayloadStore(_database)));
            host.Services.AddSingleton<IUsageMeter>(_meter);
            host.Services.AddSingleton<ILedgerStore>(new SqliteLedgerStore(_database));
            host.Services.AddSingleton<IErasure>(new SqliteErasure(_database));
            host.Services.AddSingleton<INodeKey>(Key);
            host.Services.AddSingleton<IGrainStorage>(new SqliteGrainStorage(_database));
            host.Services.AddFheGrains(options =>
            {
                (options.EvaluationThreads, options.IntakeThreads, options.WorkCheckPeriod) = (2, 1, TimeSpan.FromSeconds(1));
                configure?.Invoke(options);
            });
        });
        _cluster = builder.Build();
    }

    public ShiftedClock Clock { get; }

    public WatchedPayloads Payloads { get; }

    public LogWatch Log { get; } = new();

    /// <summary>The one key of all nodes under test: a node keeps its own over a restart.</summary>
    public static NodeSigningKey Key { get; } = NodeSigningKey.Make();

    public IGrainFactory Grains => _cluster.Client;

    public static async Task<Platform> StartAsync(Action<FheGrainsOptions>? configure = null, int silos = 2)
    {
        var folder = Directory.CreateTempSubdirectory("fheorleans-test-").FullName;
        return await StartAsync(new Platform(folder, new ShiftedClock(), new WatchedPayloads(), configure, silos));
    }

    /// <summary>The silos that are there.</summary>
    public IReadOnlyList<InProcessSiloHandle> Silos => _cluster.Silos;

    /// <summary>A service of one silo.</summary>
    public T ServiceOf<T>(InProcessSiloHandle silo) where T : notnull => _cluster.GetSiloServiceProvider(silo.SiloAddress).GetRequiredService<T>();

    /// <summary>The silo on which a grain is activated.</summary>
    public async Task<InProcessSiloHandle> SiloOfAsync(IAddressable grain)
    {
        var address = await Grains.GetGrain<IManagementGrain>(0).GetActivationAddress(grain);
        return _cluster.Silos.Single(silo => silo.SiloAddress.Equals(address));
    }

    /// <summary>Moves a grain to a silo, as a deactivation and another placement would.</summary>
    public Task MoveAsync(IAddressable grain, InProcessSiloHandle silo) => _cluster.MigrateAsync(grain, silo.SiloAddress);

    /// <summary>Ends a silo without a word to anybody.</summary>
    public Task KillAsync(InProcessSiloHandle silo) => _cluster.KillSiloAsync(silo);

    /// <summary>Stops a silo as on SIGTERM.</summary>
    public Task StopAsync(InProcessSiloHandle silo) => _cluster.StopSiloAsync(silo);

    /// <summary>Adds a silo.</summary>
    public Task<InProcessSiloHandle> AddSiloAsync() => _cluster.StartAdditionalSiloAsync();

    public T Service<T>() where T : notnull => _cluster.GetSiloServiceProvider().GetRequiredService<T>();

    public ITenantGrain TheTenant => Grains.GetGrain<ITenantGrain>(GrainKeys.Tenant(Tenant));

    public IMemberGrain Member(string name) => Grains.GetGrain<IMemberGrain>(GrainKeys.Member(Tenant, name));

    public IDataOwnerGrain Owner(string owner) => Grains.GetGrain<IDataOwnerGrain>(GrainKeys.DataOwner(Tenant, owner));

    public IDeletionGrain DeletionsOf(string owner) => Grains.GetGrain<IDeletionGrain>(GrainKeys.DataOwner(Tenant, owner));

    public IKeySetGrain KeySet(string owner, string keySet = "keys") =>
        Grains.GetGrain<IKeySetGrain>(GrainKeys.KeySet(Tenant, owner, keySet));

    public IDatasetGrain Dataset(string owner, string dataset = "herd") =>
        Grains.GetGrain<IDatasetGrain>(GrainKeys.Dataset(Tenant, owner, dataset));

    public IModelGrain Model(string publisher, string model = "yield") =>
        Grains.GetGrain<IModelGrain>(GrainKeys.Model(Tenant, publisher, model));

    public ISubscriptionGrain Subscription(string owner, string subscription = "live") =>
        Grains.GetGrain<ISubscriptionGrain>(GrainKeys.Subscription(Tenant, owner, subscription));

    public IInferenceGrain Inference(string owner, string inference = "july") =>
        Grains.GetGrain<IInferenceGrain>(GrainKeys.Inference(Tenant, owner, inference));

    /// <summary>The grains in memory on both silos.</summary>
    public async Task<int> CountActivationsAsync() =>
        (await Grains.GetGrain<IManagementGrain>(0).GetDetailedGrainStatistics()).Count(grain => grain.GrainType.StartsWith(nameof(FheOrleans), StringComparison.Ordinal));

    /// <summary>Holds an object as long as the platform.</summary>
    public void KeepAlive(object kept) => _kept.Add(kept);

    /// <summary>Stops both silos as a node does on SIGTERM and starts two new ones on the same file.</summary>
    public async Task<Platform> RestartAsync()
    {
        await _cluster.StopAllSilosAsync();
        return await HandOnAsync();
    }

    /// <summary>Ends both silos without a word to anybody and starts two new ones on the same file.</summary>
    public async Task<Platform> CrashAsync()
    {
        foreach (var silo in _cluster.Silos.ToArray()) await _cluster.KillSiloAsync(silo);
        return await HandOnAsync();
    }

    /// <summary>The node's database.</summary>
    public string DatabaseFile => Path.Combine(_folder, SqliteStorageExtensions.FileName);

    /// <summary>Whether a run of bytes is anywhere in the node's files.</summary>
    public bool FilesContain(byte[] bytes) => Directory.GetFiles(_folder).Any(file =>
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content.AsSpan().IndexOf(bytes) >= 0;
    });

    public async ValueTask DisposeAsync()
    {
        if (_isHandedOn) return;
        await _cluster.DisposeAsync();
        _database.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<Platform> HandOnAsync()
    {
        _isHandedOn = true;
        await _cluster.DisposeAsync();
        _database.Dispose();
        return await StartAsync(new Platform(_folder, Clock, new WatchedPayloads(), _configure, _silos));
    }

    private static async Task<Platform> StartAsync(Platform platform)
    {
        await platform._cluster.DeployAsync();
        return platform;
    }
}

/// <summary>The system's clock, moved forward. It cannot stand still as the other host's does: Orleans lives by it, too.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private long _shift;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + new TimeSpan(Interlocked.Read(ref _shift));

    public void Advance(TimeSpan time) => Interlocked.Add(ref _shift, time.Ticks);
}
