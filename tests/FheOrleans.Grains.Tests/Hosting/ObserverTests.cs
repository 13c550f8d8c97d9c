using System.Runtime.CompilerServices;
using Orleans.Runtime;

namespace FheOrleans.Grains.Tests;

/// <summary>Observers are called through references that hold them weakly.</summary>
public sealed class ObserverTests
{
    [Fact]
    public async Task Call_LivingObserver_Hears()
    {
        await using var host = new EmbeddedHost();
        var observer = new Listener();
        var reference = host.Grains.CreateObjectReference<IProbeObserver>(observer);

        await host.Grain<IProbeGrain>().TellAsync(reference, "hello");

        Assert.Equal("hello", observer.Heard);
        GC.KeepAlive(observer);
    }

    [Fact]
    public async Task Call_DeletedReference_Fails()
    {
        await using var host = new EmbeddedHost();
        var observer = new Listener();
        var reference = host.Grains.CreateObjectReference<IProbeObserver>(observer);
        host.Grains.DeleteObjectReference<IProbeObserver>(reference);

        await Assert.ThrowsAsync<ClientNotAvailableException>(() => host.Grain<IProbeGrain>().TellAsync(reference, "hello"));

        Assert.Null(observer.Heard);
    }

    [Fact]
    public async Task Call_CollectedObserver_Fails()
    {
        await using var host = new EmbeddedHost();
        var reference = ReferenceToNobody(host);

        GC.Collect();
        GC.WaitForPendingFinalizers();

        await Assert.ThrowsAsync<ClientNotAvailableException>(() => host.Grain<IProbeGrain>().TellAsync(reference, "hello"));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static IProbeObserver ReferenceToNobody(EmbeddedHost host) => host.Grains.CreateObjectReference<IProbeObserver>(new Listener());

    private sealed class Listener : IProbeObserver
    {
        public string? Heard { get; private set; }

        public Task TellAsync(string text)
        {
            Heard = text;
            return Task.CompletedTask;
        }
    }
}
