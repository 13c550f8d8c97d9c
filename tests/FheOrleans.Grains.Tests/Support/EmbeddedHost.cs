using System.Reflection;
using FheOrleans.Embedded;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Orleans;
using Orleans.Storage;

namespace FheOrleans.Grains.Tests;

/// <summary>The embedded host with this assembly's probe grains, a fake clock and state in memory.</summary>
internal sealed class EmbeddedHost : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public EmbeddedHost(IGrainStorage? storage = null, Action<EmbeddedSiloOptions>? configure = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton<TimeProvider>(Clock);
        services.AddSingleton(Probe);
        services.AddKeyedSingleton("Default", storage ?? new InMemoryGrainStorage());
        services.AddEmbeddedGrains(Assembly.GetExecutingAssembly());
        if (configure is not null) services.Configure(configure);
        _services = services.BuildServiceProvider();
    }

    public FakeClock Clock { get; } = new();

    public Probe Probe { get; } = new();

    public GrainCatalog Catalog => _services.GetRequiredService<GrainCatalog>();

    public IHostedService Silo => _services.GetRequiredService<IHostedService>();

    public IGrainFactory Grains => _services.GetRequiredService<IGrainFactory>();

    public T Grain<T>(string key = "one") where T : IGrainWithStringKey => Grains.GetGrain<T>(key);

    public ValueTask DisposeAsync() => _services.DisposeAsync();
}
