using System.Threading.Channels;
using FheOrleans.Gateway.Calls;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Endpoints;
using FheOrleans.Gateway.Identity;
using FheOrleans.Grains;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Logging;

namespace FheOrleans.Gateway.Predictions;

/// <summary>
/// Sends one connection its owner's events, in order and without gaps.
/// </summary>
/// <remarks>
/// The grain's log is the truth; what it pushes is a short cut. A pushed event that is the next one is sent as it is. Any other means
/// that something came out of order, was dropped, or has not been read yet: then the log is read from the last event sent. The buffer
/// between the push and the connection keeps only the newest few, so a client that reads slowly costs no memory, and it cannot lose the
/// newest one, so a gap is always noticed. The grain may be activated anew, on another silo for instance, and knows of no observer then:
/// so the subscription is renewed every few seconds, and the answer says whether there is more than was sent. While the grain is away the
/// connection stays, and is told what it missed when the grain is back.
/// </remarks>
internal sealed class PredictionListener(
    ISingleClientProxy client, Caller caller, GrainCalls grains, GatewayOptions options, TimeProvider time, ILogger<PredictionListeners> log)
    : IPredictionObserver, IAsyncDisposable
{
    private const int Buffered = 4;

    private readonly Channel<PredictionEvent> _pushed = Channel.CreateBounded<PredictionEvent>(
        new BoundedChannelOptions(Buffered) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly CancellationTokenSource _stop = new();
    private readonly IDataOwnerGrain _owner = caller.Self(grains);
    private IPredictionObserver? _self;
    private long _last;

    /// <summary>The tenant whose owner listens.</summary>
    public string Tenant => caller.Tenant;

    /// <inheritdoc/>
    public Task OnPredictionAsync(PredictionEvent prediction)
    {
        _pushed.Writer.TryWrite(prediction);
        return Task.CompletedTask;
    }

    /// <summary>Subscribes. Done before the log is first read, so that nothing falls between the two.</summary>
    /// <returns>The number of the last event there is.</returns>
    public Task<long> SubscribeAsync()
    {
        _self ??= grains.CreateObjectReference<IPredictionObserver>(this);
        return _owner.SubscribeAsync(_self);
    }

    /// <summary>Sends until the connection or the listener ends.</summary>
    /// <exception cref="OperationCanceledException">One of them has ended.</exception>
    /// <exception cref="AccessRefusedException">The token it came with has been revoked or has expired, or its holder is no owner any
    /// more.</exception>
    public async Task RunAsync(long after, CancellationToken connectionAborted)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token, connectionAborted);
        var ended = either.Token;
        using var renewal = new PeriodicTimer(options.ListenerRenewal, time);
        var pushed = _pushed.Reader.WaitToReadAsync(ended).AsTask();
        var renew = renewal.WaitForNextTickAsync(ended).AsTask();
        _last = after;
        await TryAsync(() => CatchUpAsync(ended));
        while (true)
        {
            if (await Task.WhenAny(pushed, renew) == renew)
            {
                await renew;
                renew = renewal.WaitForNextTickAsync(ended).AsTask();
                await TryAsync(() => RenewAsync(ended));
            }
            else
            {
                await pushed;
                await TryAsync(() => SendPushedAsync(ended));
                pushed = _pushed.Reader.WaitToReadAsync(ended).AsTask();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_self is null) return;
        try
        {
            await _owner.UnsubscribeAsync(_self);
        }
        catch (Exception fault) when (GrainCalls.IsPassing(fault))
        {
            // The grain is away: nobody is subscribed there any more, or the subscription ends by itself.
        }
        finally
        {
            grains.DeleteObjectReference<IPredictionObserver>(_self);
        }
    }

    // What failed is done again with the next renewal: the log has it, and nothing that was sent is forgotten.
    private async Task TryAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (Exception fault) when (GrainCalls.IsPassing(fault))
        {
            log.ListenerWaits(caller.Tenant, caller.Name, fault.GetType().Name);
        }
    }

    // A push is at most once, and a subscription ends: both are made good here.
    private async Task RenewAsync(CancellationToken ended)
    {
        await CheckCallerAsync();
        if (await SubscribeAsync() > _last) await CatchUpAsync(ended);
    }

    // Every request is authenticated anew; a connection stays open, so who holds it is asked after again.
    private async Task CheckCallerAsync()
    {
        try
        {
            var member = await caller.Member(grains).DescribeAsync();
            if (member.Roles.Contains(Grains.MemberRole.Owner) && member.Tokens.Any(token => token.Id == caller.Token)) return;
        }
        catch (NotFoundException)
        {
            // Removed.
        }
        throw new AccessRefusedException("the token has been revoked or has expired.");
    }

    private async Task SendPushedAsync(CancellationToken ended)
    {
        while (_pushed.Reader.TryRead(out var next))
        {
            if (next.Sequence == _last + 1) await SendAsync(next, ended);
            else if (next.Sequence > _last) await CatchUpAsync(ended);
        }
    }

    private async Task CatchUpAsync(CancellationToken ended)
    {
        while (true)
        {
            var page = await _owner.ReadEventsAsync(_last, options.EventsPerPage);
            if (page.IsEmpty) return;
            foreach (var next in page) await SendAsync(next, ended);
        }
    }

    // Waits while the connection's buffer is full: this is what holds a fast node back for a slow client.
    private async Task SendAsync(PredictionEvent next, CancellationToken ended)
    {
        ended.ThrowIfCancellationRequested();
        await client.SendAsync(PredictionHubContract.Prediction, next.ToWire(), ended);
        _last = next.Sequence;
    }
}
