using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace FheOrleans.Grains.Tests;

/// <summary>The embedded host keeps Orleans' promises to grains.</summary>
public sealed class ActivationTests
{
    [Fact]
    public async Task Call_ManyAtOnceFromManyThreads_OneActivationOneRequestAtATime()
    {
        await using var host = new EmbeddedHost();

        var counts = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => Task.Run(() => host.Grain<IProbeGrain>().CountAsync())));

        Assert.Equal(1, host.Probe.Activations);
        Assert.Equal(Enumerable.Range(1, 500), counts.Order());
    }

    [Fact]
    public async Task Call_DifferentKeys_DifferentActivations()
    {
        await using var host = new EmbeddedHost();

        Assert.Equal("a", await host.Grain<IProbeGrain>("a").KeyAsync());
        Assert.Equal("b", await host.Grain<IProbeGrain>("b").KeyAsync());
        Assert.Equal(1, await host.Grain<IProbeGrain>("a").AskOtherAsync("b"));
        Assert.Equal(2, host.Probe.Activations);
    }

    [Fact]
    public async Task Call_WhileAnotherAwaits_WaitsUnlessMarked()
    {
        await using var host = new EmbeddedHost();
        var grain = host.Grain<IProbeGrain>();
        var first = grain.WaitAsync("first begun", "first may end");
        await Within.Time(host.Probe.Event("first begun"), "first request");

        var second = grain.CountAsync();
        Assert.Equal("here", await Within.Time(grain.AlwaysAsync(), "interleaving request"));
        Assert.False(second.IsCompleted);

        host.Probe.Raise("first may end");
        await Within.Time(first, "end of the first request");
        Assert.Equal(1, await Within.Time(second, "second request"));
    }

    [Fact]
    public async Task Call_TwoReadOnlyRequests_Interleave()
    {
        await using var host = new EmbeddedHost();
        var grain = host.Grain<IProbeGrain>();

        var first = grain.ReadAsync("first begun", "end");
        var second = grain.ReadAsync("second begun", "end");
        await Within.Time(host.Probe.Event("second begun"), "second reader beside the first");
        var writer = grain.WaitAsync("writer begun", "end");
        Assert.False(host.Probe.Event("writer begun").IsCompleted);

        host.Probe.Raise("end");
        await Within.Time(Task.WhenAll(first, second, writer), "end of all");
    }

    [Fact]
    public async Task Call_ReentrantGrain_RequestsInterleave()
    {
        await using var host = new EmbeddedHost();
        var grain = host.Grain<IReentrantProbeGrain>();

        var first = grain.WaitAsync("a", "end");
        var second = grain.WaitAsync("b", "end");
        await Within.Time(Task.WhenAll(host.Probe.Event("a"), host.Probe.Event("b")), "both requests inside");
        host.Probe.Raise("end");
        await Within.Time(Task.WhenAll(first, second), "end of both");

        Assert.Equal(2, await grain.OverlapAsync());
    }

    [Fact]
    public async Task Await_InsideGrain_ContinuesOnTheActivationsScheduler()
    {
        await using var host = new EmbeddedHost();

        Assert.True(await host.Grain<IProbeGrain>().StaysOnSchedulerAsync());
    }

    [Fact]
    public async Task Call_GrainThrows_CallerGetsTheException()
    {
        await using var host = new EmbeddedHost();

        var failure = await Assert.ThrowsAsync<NotSupportedException>(() => host.Grain<IProbeGrain>().FailAsync("as it is"));

        Assert.Equal("as it is", failure.Message);
        Assert.Equal(1, await host.Grain<IProbeGrain>().CountAsync());
    }

    [Fact]
    public async Task Call_OneWay_CallerHearsNothing()
    {
        await using var host = new EmbeddedHost();

        await host.Grain<IProbeGrain>().OneWayFailAsync();

        await Within.Time(host.Probe.Event("one way"), "the one-way call");
    }

    [Fact]
    public async Task Call_NoAnswerInTime_TimeoutAndTheGrainGoesOn()
    {
        await using var host = new EmbeddedHost();
        var grain = host.Grain<IProbeGrain>();
        var call = grain.WaitShortlyAsync("begun", "end");
        await Within.Time(host.Probe.Event("begun"), "the request");

        host.Clock.Advance(TimeSpan.FromSeconds(6));

        var failure = await Assert.ThrowsAsync<TimeoutException>(() => Within.Time(call, "timeout"));
        Assert.Contains("WaitShortlyAsync", failure.Message, StringComparison.Ordinal);
        host.Probe.Raise("end");
        Assert.Equal(1, await Within.Time(grain.CountAsync(), "next request"));
    }

    [Fact]
    public async Task Deactivation_ThenCall_ReloadsState()
    {
        await using var host = new EmbeddedHost();
        var grain = host.Grain<IProbeGrain>();
        await grain.SetAsync(42);

        await grain.EndAsync();

        Assert.Equal(42, await grain.GetAsync());
        Assert.Equal(["activated with 0", "deactivated: ApplicationRequested", "activated with 42"], host.Probe.Steps);
    }

    [Fact]
    public async Task Deactivation_WhileRequestsWait_TheyGoToTheNextActivation()
    {
        await using var host = new EmbeddedHost();
        var grain = host.Grain<IProbeGrain>();
        var running = grain.WaitAsync("begun", "end");
        await Within.Time(host.Probe.Event("begun"), "the request");
        var ending = grain.EndAsync();
        var waiting = Enumerable.Range(0, 20).Select(_ => grain.CountAsync()).ToArray();

        host.Probe.Raise("end");

        await Within.Time(Task.WhenAll(running, ending), "end of the first activation");
        Assert.Equal(Enumerable.Range(1, 20), (await Within.Time(Task.WhenAll(waiting), "waiting requests")).Order());
        Assert.Equal(2, host.Probe.Activations);
    }

    [Fact]
    public async Task CollectIdle_OnlyAfterTheAge_Deactivates()
    {
        await using var host = new EmbeddedHost(configure: options => options.CollectionAge = TimeSpan.FromMinutes(10));
        await host.Grain<IProbeGrain>().CountAsync();

        host.Clock.Advance(TimeSpan.FromMinutes(9));
        host.Catalog.CollectIdle();
        Assert.Equal(2, await host.Grain<IProbeGrain>().CountAsync());

        host.Clock.Advance(TimeSpan.FromMinutes(11));
        host.Catalog.CollectIdle();
        await Within.Time(host.Probe.Event("deactivated"), "deactivation");
        Assert.Equal(1, await host.Grain<IProbeGrain>().CountAsync());
    }

    [Fact]
    public async Task CollectIdle_ClassWithItsOwnAge_DeactivatesAfterThat()
    {
        await using var host = new EmbeddedHost();
        await host.Grain<IProbeGrain>().CountAsync();
        await host.Grain<IReentrantProbeGrain>().OverlapAsync();

        host.Clock.Advance(TimeSpan.FromMinutes(2));
        host.Catalog.CollectIdle();

        await Within.Time(host.Probe.Event("reentrant deactivated"), "deactivation");
        Assert.Equal(2, await host.Grain<IProbeGrain>().CountAsync());
    }

    [Fact]
    public async Task Activation_Fails_EveryCallerHearsWhyAndTheNextTriesAgain()
    {
        await using var host = new EmbeddedHost();
        host.Probe.FailsActivation = new InvalidDataException("not today");

        await Assert.ThrowsAsync<InvalidDataException>(() => host.Grain<IProbeGrain>().CountAsync());

        host.Probe.FailsActivation = null;
        Assert.Equal(1, await host.Grain<IProbeGrain>().CountAsync());
    }

    [Fact]
    public async Task Deactivation_Fails_TheIdentityIsFreeAllTheSame()
    {
        await using var host = new EmbeddedHost();
        host.Probe.FailsDeactivation = new InvalidDataException("no");
        await host.Grain<IProbeGrain>().SetAsync(5);

        await host.Grain<IProbeGrain>().EndAsync();

        Assert.Equal(5, await host.Grain<IProbeGrain>().GetAsync());
        Assert.Equal(2, host.Probe.Activations);
    }

    [Fact]
    public async Task Call_SurroundingsOfTheCaller_StayWithTheCaller()
    {
        await using var host = new EmbeddedHost();
        ProbeSurroundings.Value = new object();

        Assert.False(await host.Grain<IProbeGrain>().HasSurroundingsAsync());
        Assert.NotNull(ProbeSurroundings.Value);
    }

    [Fact]
    public async Task WriteState_ChangedBySomebodyElse_FailsAndReloads()
    {
        var storage = new InMemoryGrainStorage();
        await using var one = new EmbeddedHost(storage);
        await using var other = new EmbeddedHost(storage);
        await one.Grain<IProbeGrain>().SetAsync(1);
        Assert.Equal(1, await other.Grain<IProbeGrain>().GetAsync());
        await one.Grain<IProbeGrain>().SetAsync(2);

        await Assert.ThrowsAsync<InconsistentStateException>(() => other.Grain<IProbeGrain>().SetAsync(3));

        Assert.Equal(2, await other.Grain<IProbeGrain>().GetAsync());
    }

    [Fact]
    public async Task Timer_Ticks_AsRequestsAndSurvivesAFailure()
    {
        await using var host = new EmbeddedHost();
        await host.Grain<IProbeGrain>().StartTimerAsync(TimeSpan.FromSeconds(10));

        host.Clock.Advance(TimeSpan.FromSeconds(10));
        await Within.Time(host.Probe.Event("tick 1"), "first tick");
        await host.Grain<IProbeGrain>().KeyAsync(); // Queued behind the tick: when it answers, the timer is set again.
        host.Clock.Advance(TimeSpan.FromSeconds(10));
        await Within.Time(host.Probe.Event("tick 2"), "second tick");

        await host.Grain<IProbeGrain>().EndAsync();
        await Within.Time(host.Probe.Event("deactivated"), "deactivation");
        host.Clock.Advance(TimeSpan.FromSeconds(100));
        Assert.Equal(2, host.Probe.Steps.Count(step => step == "tick"));
    }

    [Fact]
    public async Task Stop_EndsGrainsAndRefusesCalls()
    {
        await using var host = new EmbeddedHost();
        await host.Grain<IProbeGrain>().CountAsync();

        await host.Silo.StopAsync(CancellationToken.None);

        Assert.Contains("deactivated: ShuttingDown", host.Probe.Steps);
        await Assert.ThrowsAsync<OrleansMessageRejectionException>(() => host.Grain<IProbeGrain>().CountAsync());
    }

    [Fact]
    public async Task GetGrain_SameIdentity_EqualReferences()
    {
        await using var host = new EmbeddedHost();

        Assert.Equal(host.Grain<IProbeGrain>("a"), host.Grain<IProbeGrain>("a"));
        Assert.NotEqual(host.Grain<IProbeGrain>("a"), host.Grain<IProbeGrain>("b"));
        Assert.Equal("a", host.Grain<IProbeGrain>("a").GetPrimaryKeyString());
        Assert.Throws<ArgumentException>(() => host.Grain<IGrainWithStringKey>());
    }
}
