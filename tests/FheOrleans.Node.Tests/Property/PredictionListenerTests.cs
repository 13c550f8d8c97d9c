using System.Collections.Immutable;
using System.Reflection;
using System.Threading.Channels;
using FheOrleans.Gateway;
using FheOrleans.Gateway.Identity;
using FheOrleans.Gateway.Predictions;
using FheOrleans.Grains;
using Microsoft.AspNetCore.SignalR;
using Orleans;

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

    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static async Task<WeakReference> PushAsync(PredictionListener listener, Owner owner)
    {
        var next = owner.Publish();
        var reference = new WeakReference(next.Result);
        await listener.OnPredictionAsync(next);
        return reference;
    }

    private static PredictionListener Listener(Owner owner, Connection client) =>
        new(client, new Caller("vale", "hill", [Role.Owner]), Grains.Of(owner), new GatewayOptions { EventsPerPage = 3 }, TimeProvider.System);

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
        private int _subscribers;

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
            lock (_log) return Task.FromResult(_log.Skip((int)Math.Min(after, int.MaxValue)).Take(maximumCount).ToImmutableArray());
        }

        public Task SubscribeAsync(IPredictionObserver observer)
        {
            Interlocked.Increment(ref _subscribers);
            return Task.CompletedTask;
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

    /// <summary>Knows one owner. A proxy, because on Orleans a factory has many members, and none of the others is called here.</summary>
#pragma warning disable CA1852 // The runtime makes a subclass.
    private class Grains : DispatchProxy
#pragma warning restore CA1852
    {
        private Owner _owner = null!;

        public static IGrainFactory Of(Owner owner)
        {
            var grains = Create<IGrainFactory, Grains>();
            ((Grains)(object)grains)._owner = owner;
            return grains;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
        {
            switch (targetMethod!.Name)
            {
                case nameof(IGrainFactory.GetGrain):
                    Assert.Equal(GrainKeys.DataOwner("vale", "hill"), args![0]);
                    return _owner;
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
