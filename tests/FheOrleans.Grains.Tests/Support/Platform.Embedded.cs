using FheOrleans.Embedded;
using FheOrleans.Silo.Identity;
using FheOrleans.Silo.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Storage;

namespace FheOrleans.Grains.Tests;

/// <summary>The grains on the embedded host over a SQLite file, as a node runs them, without the gateway before them.</summary>
internal sealed class Platform : IAsyncDisposable
{
    public const string Tenant = "coop";

    private readonly string _folder;
    private readonly Action<FheGrainsOptions>? _configure;
    private readonly ServiceProvider _services;
    private readonly List<object> _kept = [];
    private bool _isHandedOn;

    private Platform(string folder, FakeClock clock, WatchedPayloads watch, Action<FheGrainsOptions>? configure)
    {
        (_folder, Clock, Payloads, _configure) = (folder, clock, watch, configure);
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(clock);
        services.AddLogging(logging => logging.ClearProviders().AddProvider(Log));
        services.AddSqliteStorage(folder);
        services.AddSingleton<INodeKey>(Key);
        // Tests move the clock by much more than a call takes; only the ones about timeouts want to see any.
        services.Configure<EmbeddedSiloOptions>(options => options.ResponseTimeout = Timeout.InfiniteTimeSpan);
        services.AddSingleton<IPayloadStore>(provider => watch.Over(Hiccup.Over(PowerCut.Over(new SqlitePayloadStore(Database(provider))))));
        services.AddSingleton<IUsageMeter>(provider => new WatchedMeter(new SqliteUsageMeter(Database(provider))));
        services.AddSingleton<ILedgerStore>(provider => Hiccup.Over(PowerCut.Over(new SqliteLedgerStore(Database(provider)))));
        services.AddKeyedSingleton<IGrainStorage>(
            "Default", (provider, _) => Hiccup.Over(PowerCut.Over(new SqliteGrainStorage(Database(provider)))));
        services.AddEmbeddedGrains(typeof(FheGrainsOptions).Assembly);
        services.AddFheGrains(options =>
        {
            (options.EvaluationThreads, options.IntakeThreads) = (2, 1);
            configure?.Invoke(options);
        });
        _services = services.BuildServiceProvider();

        static SqliteDatabase Database(IServiceProvider provider) => provider.GetRequiredService<SqliteDatabase>();
    }

    public FakeClock Clock { get; }

    public WatchedPayloads Payloads { get; }

    /// <summary>Ends all writing at a moment that a test chooses.</summary>
    public PowerCut PowerCut { get; } = new();

    /// <summary>Fails one access to storage that a test chooses.</summary>
    public StorageHiccup Hiccup { get; } = new();

    public LogWatch Log { get; } = new();

    /// <summary>The one key of all nodes under test: a node keeps its own over a restart.</summary>
    public static NodeSigningKey Key { get; } = NodeSigningKey.Make();

    public IGrainFactory Grains => _services.GetRequiredService<IGrainFactory>();

    public static async Task<Platform> StartAsync(Action<FheGrainsOptions>? configure = null)
    {
        var folder = Directory.CreateTempSubdirectory("fheorleans-test-").FullName;
        return await StartAsync(new Platform(folder, new FakeClock(), new WatchedPayloads(), configure));
    }

    public T Service<T>() where T : notnull => _services.GetRequiredService<T>();

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

    public IInferenceGrain Inference(string owner, string inference = "july") =>
        Grains.GetGrain<IInferenceGrain>(GrainKeys.Inference(Tenant, owner, inference));

    public ISubscriptionGrain Subscription(string owner, string subscription = "live") =>
        Grains.GetGrain<ISubscriptionGrain>(GrainKeys.Subscription(Tenant, owner, subscription));

    /// <summary>The grains in memory.</summary>
    public Task<int> CountActivationsAsync() => Task.FromResult(Service<GrainCatalog>().Count);

    /// <summary>Holds an object as long as the platform.</summary>
    public void KeepAlive(object kept) => _kept.Add(kept);

    /// <summary>Stops as a node does on SIGTERM and starts again on the same file.</summary>
    public async Task<Platform> RestartAsync()
    {
        foreach (var service in _services.GetServices<IHostedService>().Reverse()) await service.StopAsync(CancellationToken.None);
        return await CrashAsync();
    }

    /// <summary>Ends without a word to anybody and starts again on the same file.</summary>
    public async Task<Platform> CrashAsync()
    {
        _isHandedOn = true;
        await _services.DisposeAsync();
        return await StartAsync(new Platform(_folder, Clock, new WatchedPayloads(), _configure));
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
        foreach (var service in _services.GetServices<IHostedService>().Reverse()) await service.StopAsync(CancellationToken.None);
        await _services.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<Platform> StartAsync(Platform platform)
    {
        platform.Service<IStartupValidator>().Validate(); // As a host does before it starts anything.
        foreach (var service in platform._services.GetServices<IHostedService>()) await service.StartAsync(CancellationToken.None);
        return platform;
    }
}
