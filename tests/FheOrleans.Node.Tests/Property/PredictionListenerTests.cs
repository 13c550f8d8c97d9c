using System.Collections.Immutable;
using System.Diagnostics;
using System.Reflection;
using System.Threading.Channels;
using FheOrleans.Gateway;
using FheOrleans.Gateway.Calls;
using FheOrleans.Gateway.Identity;
using FheOrleans.Gateway.Predictions;
using FheOrleans.Grains;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Node.Tests.Property;

/// <summary>The law of the hub: whatever becomes of the pushes, a connection gets every event once, in order.</summary>
public class PredictionListenerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static TheoryData<int> Seeds()
    {
        var effort = int.TryParse(Environment.GetEnvironmentVariable("FHE_TEST_EFFORT"), out var times) ? times : 1;
        return [.. Enumerable.Range(1, 40 * effort)];
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task RunAsync_PushesLostReorderedAndDoubled_SendsEveryEventOnceAndInOrder(int seed)
    {
        var random = new Random(seed);
        var owner = new Owner();
        using var client = new Connection(room: random.Next(1, 30));
        var after = random.Next(0, 20);
        for (var i = 0; i < random.Next(0, 40); i++) owner.Publish();
        var listener = Listener(owner, client);
        await listener.SubscribeAsync();
        using var connection = new CancellationTokenSource();
        var running = listener.RunAsync(after, connection.Token);

        var held = new List<PredictionEvent>();
        var total = random.Next(20, 120);
        while (owner.Count < total)
        {
            held.Add(owner.Publish());
            if (random.Next(3) == 0) client.Read(random.Next(1, 8));
            // Now and then the pushes that were held back arrive: in any order, some twice, some never.
            while (held.Count > 0 && random.Next(3) > 0)
            {
                var next = held[random.Next(held.Count)];
                if (random.Next(5) > 0) held.Remove(next);
                if (random.Next(5) > 0) await listener.OnPredictionAsync(next);
            }
            if (random.Next(4) == 0) await Task.Yield();
        }
        // The newest push comes through at last, as the renewal's look into the log would in its place.
        await listener.OnPredictionAsync(owner.Publish());
        client.OpenWide();
        var sent = await client.UntilAsync(owner.Count, $"seed {seed}");

        var first = Math.Min(after, owner.Count) + 1;
        Assert.Equal(Enumerable.Range(first, owner.Count - first + 1).Select(number => (long)number), sent);
        await connection.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await listener.DisposeAsync();
        Assert.Equal(0, owner.Subscribers);
    }

    [Fact]
    public async Task OnPredictionAsync_ClientDoesNotRead_KeepsOnlyTheNewestFew()
    {
        var owner = new Owner();
        using var client = new Connection(room: 0);
        var listener = Listener(owner, client);
        await listener.SubscribeAsync();
        using var connection = new CancellationTokenSource();
        var running = listener.RunAsync(0, connection.Token);

        var pushed = new List<WeakReference>();
        for (var i = 0; i < 1000; i++) pushed.Add(await PushAsync(listener, owner));
        owner.ForgetResults();
        GC.Collect();
        var alive = pushed.Count(reference => reference.IsAlive);

        // Four in the buffer and one page being sent; nothing for the other thousand.
        Assert.InRange(alive, 0, 16);
        client.OpenWide();
        Assert.Equal(1000, (await client.UntilAsync(1000, "a client that did not read")).Count);
        await connection.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await listener.DisposeAsync();
    }

    [Fact]
    public async Task RunAsync_OwnerActivatedElsewhereAndAwayForAWhile_SendsWhatWasMissedWhenItIsBack()
    {
        var owner = new Owner();
        using var client = new Connection(room: 100);
        var time = new SteppedTime();
        var listener = Listener(owner, client, time);
        await listener.SubscribeAsync();
        using var connection = new CancellationTokenSource();
        var running = listener.RunAsync(0, connection.Token);
        await listener.OnPredictionAsync(owner.Publish());
        Assert.Equal([1], await client.UntilAsync(1, "the first event"));

        // The new activation knows nobody, and what it publishes is pushed to nobody; and before that nobody is there to ask.
        owner.IsAway = true;
        owner.Publish();
        owner.Publish();
        await time.UntilAsync(() => owner.Refused >= 2, "the owner is asked in vain");
        Assert.False(running.IsCompleted);
        owner.IsAway = false;
        var sent = client.UntilAsync(3, "what was missed");
        await time.UntilAsync(() => sent.IsCompleted, "what was missed");

        Assert.Equal([2, 3], await sent);
        await connection.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await listener.DisposeAsync();
    }

    [Fact]
    public async Task StartAsync_OwnerTakesNoMoreObservers_KeepsNothingOfTheConnection()
    {
        var owner = new Owner { IsFull = true };
        using var client = new Connection(room: 1);
        using var caller = new Call();
        var (options, time) = (new GatewayOptions(), TimeProvider.System);
        var listeners = new PredictionListeners(
            Hub.Of(client), Grains.Of(owner, time), options, time, new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), NullLogger<PredictionListeners>.Instance);

        await Assert.ThrowsAsync<LimitExceededException>(() => listeners.StartAsync(caller, new Caller("vale", "hill", [Role.Owner]), after: 0));

        Assert.Empty(listeners.CountByTenant());
    }

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> PushAsync(PredictionListener listener, Owner owner)
    {
        var next = owner.Publish();
        var reference = new WeakReference(next.Result);
        await listener.OnPredictionAsync(next);
        return reference;
    }

    private static PredictionListener Listener(Owner owner, Connection client, TimeProvider? time = null) => new(
        client, new Caller("vale", "hill", [Role.Owner]), Grains.Of(owner, time ?? TimeProvider.System), new GatewayOptions { EventsPerPage = 3 }, time ?? TimeProvider.System,
        NullLogger<PredictionListeners>.Instance);

    /// <summary>A clock that a test moves on while it waits.</summary>
    private sealed class SteppedTime : TimeProvider
    {
        private readonly List<Timer> _timers = [];
        private long _now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _now);

        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddTicks(GetTimestamp());

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = new Timer(this, callback, state);
            timer.Change(dueTime, period);
            lock (_timers) _timers.Add(timer);
            return timer;
        }

        public async Task UntilAsync(Func<bool> condition, string what)
        {
            for (var waited = Stopwatch.StartNew(); !condition(); await Task.Delay(5))
            {
                if (waited.Elapsed > Patience) throw new TimeoutException($"It did not come: {what}.");
                var now = Interlocked.Add(ref _now, TimeSpan.TicksPerSecond);
                Timer[] due;
                lock (_timers) due = [.. _timers.Where(timer => timer.Due <= now)];
                foreach (var timer in due) timer.Fire();
            }
        }

        private sealed class Timer(SteppedTime time, TimerCallback callback, object? state) : ITimer
        {
            private TimeSpan _period;

            public long Due { get; private set; } = long.MaxValue;

            public bool Change(TimeSpan dueTime, TimeSpan period)
            {
                (Due, _period) = (dueTime < TimeSpan.Zero ? long.MaxValue : time.GetTimestamp() + dueTime.Ticks, period);
                return true;
            }

            public void Fire()
            {
                Due = _period > TimeSpan.Zero ? Due + _period.Ticks : long.MaxValue;
                callback(state);
            }

            public void Dispose() => Due = long.MaxValue;

            public ValueTask DisposeAsync()
            {
                Dispose();
                return ValueTask.CompletedTask;
            }
        }
    }

    /// <summary>A client that takes as many messages as it has room for, and then lets the sender wait.</summary>
    private sealed class Connection(int room) : ISingleClientProxy, IDisposable
    {
        private readonly Channel<long> _sent = Channel.CreateUnbounded<long>();
        private readonly SemaphoreSlim _room = new(room);

        public void Read(int messages) => _room.Release(messages);

        public void OpenWide() => _room.Release(1_000_000);

        public void Dispose() => _room.Dispose();

        public async Task<List<long>> UntilAsync(long last, string what)
        {
            using var patience = new CancellationTokenSource(Patience);
            var sent = new List<long>();
            try
            {
                while (sent.Count == 0 || sent[^1] < last) sent.Add(await _sent.Reader.ReadAsync(patience.Token));
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException($"Event {last} was not sent ({what}); the last were {string.Join(", ", sent.TakeLast(5))}.");
            }
            return sent;
        }

        public async Task SendCoreAsync(string method, object?[] args, CancellationToken cancellationToken = default)
        {
            await _room.WaitAsync(cancellationToken);
            Assert.Equal(PredictionHubContract.Prediction, method);
            await _sent.Writer.WriteAsync(((PredictionMessage)args[0]!).Sequence, cancellationToken);
        }

        public Task<T> InvokeCoreAsync<T>(string method, object?[] args, CancellationToken cancellationToken) => throw new NotSupportedException();
    }

    /// <summary>An owner's log, and nothing else of an owner.</summary>
    private sealed class Owner : IDataOwnerGrain
    {
        private readonly List<PredictionEvent> _log = [];
        private int _subscribers, _refused;

        /// <summary>Whether its silo has died and nobody has taken over yet.</summary>
        public bool IsAway { get; set; }

        /// <summary>Whether it has as many observers as it may.</summary>
        public bool IsFull { get; init; }

        /// <summary>How many calls it did not take because of that.</summary>
        public int Refused => Volatile.Read(ref _refused);

        public int Count
        {
            get { lock (_log) return _log.Count; }
        }

        public int Subscribers => Volatile.Read(ref _subscribers);

        public PredictionEvent Publish()
        {
            lock (_log)
            {
                _log.Add(new PredictionEvent { Sequence = _log.Count + 1, Inference = "i", KeySet = "k", Model = "p/m", Result = new byte[64] });
                return _log[^1];
            }
        }

        public void ForgetResults()
        {
            lock (_log) for (var i = 0; i < _log.Count; i++) _log[i] = _log[i] with { Result = null };
        }

        public Task<ImmutableArray<PredictionEvent>> ReadEventsAsync(long after, int maximumCount)
        {
            CheckThere();
            lock (_log) return Task.FromResult(_log.Skip((int)Math.Min(after, int.MaxValue)).Take(maximumCount).ToImmutableArray());
        }

        public Task<long> SubscribeAsync(IPredictionObserver observer)
        {
            CheckThere();
            if (IsFull) throw new LimitExceededException("observers", 2, 1);
            Interlocked.Increment(ref _subscribers);
            return Task.FromResult((long)Count);
        }

        private void CheckThere()
        {
            if (!IsAway) return;
            Interlocked.Increment(ref _refused);
            throw new OrleansException("No silo has it.");
        }

        public Task UnsubscribeAsync(IPredictionObserver observer)
        {
            Interlocked.Decrement(ref _subscribers);
            return Task.CompletedTask;
        }

        public Task JoinAsync() => throw new NotSupportedException();

        public Task<byte[]?> ReadFormerTokenAsync() => throw new NotSupportedException();

        public Task ForgetFormerTokenAsync() => throw new NotSupportedException();

        public Task<DataOwnerDescription> DescribeAsync() => throw new NotSupportedException();

        public Task RegisterAsync(CatalogKind kind, string id) => throw new NotSupportedException();

        public Task ForgetAsync(CatalogKind kind, string id) => throw new NotSupportedException();

        public Task<long> PublishEventAsync(PredictionEvent published) => throw new NotSupportedException();

        public Task<bool> ReadIsThereAsync() => throw new NotSupportedException();

        public Task<bool> ReadIsDeletedAsync() => throw new NotSupportedException();

        public Task<ImmutableArray<CatalogEntry>> ReadCatalogAsync() => throw new NotSupportedException();

        public Task CloseAsync() => throw new NotSupportedException();

        public Task EraseAsync() => throw new NotSupportedException();
    }

    /// <summary>The connection that a call of the hub came over.</summary>
    private sealed class Call : HubCallerContext, IDisposable
    {
        private readonly CancellationTokenSource _aborted = new();

        public override string ConnectionId => "one";

        public override string? UserIdentifier => null;

        public override System.Security.Claims.ClaimsPrincipal? User => null;

        public override IDictionary<object, object?> Items { get; } = new Dictionary<object, object?>();

        public override Microsoft.AspNetCore.Http.Features.IFeatureCollection Features { get; } = new Microsoft.AspNetCore.Http.Features.FeatureCollection();

        public override CancellationToken ConnectionAborted => _aborted.Token;

        public override void Abort() => _aborted.Cancel();

        public void Dispose() => _aborted.Dispose();
    }

    /// <summary>A hub with one client.</summary>
#pragma warning disable CA1852 // The runtime makes a subclass.
    private class Hub : DispatchProxy
#pragma warning restore CA1852
    {
        private ISingleClientProxy _client = null!;
        private IHubClients? _clients;

        public static IHubContext<PredictionHub> Of(ISingleClientProxy client)
        {
            var (hub, clients) = (Create<IHubContext<PredictionHub>, Hub>(), Create<IHubClients, Hub>());
            ((Hub)(object)clients)._client = client;
            ((Hub)(object)hub)._clients = clients;
            return hub;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name switch
        {
            "get_Clients" => _clients,
            nameof(IHubClients.Client) => _client,
            _ => throw new NotSupportedException(targetMethod.Name),
        };
    }

    /// <summary>A member whose token is still good.</summary>
#pragma warning disable CA1852 // The runtime makes a subclass.
    private class Member : DispatchProxy
#pragma warning restore CA1852
    {
        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == nameof(IMemberGrain.DescribeAsync)
            ? Task.FromResult(new global::FheOrleans.Grains.MemberDescription
            {
                Tenant = "vale",
                Name = "hill",
                Roles = [global::FheOrleans.Grains.MemberRole.Owner],
                Tokens = [new() { Id = "" }],
            })
            : throw new NotSupportedException(targetMethod.Name);
    }

    /// <summary>Knows one owner. A proxy, because on Orleans a factory has many members, and none of the others is called here.</summary>
#pragma warning disable CA1852 // The runtime makes a subclass.
    private class Grains : DispatchProxy
#pragma warning restore CA1852
    {
        private Owner _owner = null!;

        public static GrainCalls Of(Owner owner, TimeProvider time)
        {
            var grains = Create<IGrainFactory, Grains>();
            ((Grains)(object)grains)._owner = owner;
            var (options, lifetime) = (new GatewayOptions(), new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance));
            return new(grains, new(options, new HttpContextAccessor(), lifetime, new SiloLosses(), time, NullLogger<CallPatience>.Instance));
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            switch (targetMethod!.Name)
            {
                case nameof(IGrainFactory.GetGrain):
                    Assert.Equal(GrainKeys.DataOwner("vale", "hill"), args![0]);
                    return targetMethod.ReturnType == typeof(IMemberGrain) ? Create<IMemberGrain, Member>() : _owner;
                case nameof(IGrainFactory.CreateObjectReference):
                    return args![0];
                case nameof(IGrainFactory.DeleteObjectReference):
                    return null;
                default:
                    throw new NotSupportedException(targetMethod.Name);
            }
        }
    }
}
