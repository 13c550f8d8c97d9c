using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FheOrleans.Gateway.Calls;

/// <summary>How often and how long calls of grains are repeated.</summary>
/// <remarks>
/// All calls of one request share its patience, counted from the first that failed; a request whose client has gone, or whose gateway
/// stops, is not repeated. The waits double, and are drawn at random around that: gateways that lost the same silo do not come back in
/// step.
/// </remarks>
internal sealed class CallPatience(
    GatewayOptions options, IHttpContextAccessor http, IHostApplicationLifetime lifetime, SiloLosses losses, TimeProvider time, ILogger<CallPatience> log)
{
    // A call that was on its way to a silo that died gets no answer at all. So calls that may take minutes are asked for again in
    // between: the second request waits behind the first where that is still being worked on, and finds what it has done.
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan LongestCall = TimeSpan.FromSeconds(100);

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(100), LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>Calls, and calls again while what failed is passing.</summary>
    /// <param name="call">The call.</param>
    /// <param name="responseTimeout">How long one answer may take; null for the host's own limit.</param>
    /// <exception cref="Exception">Whatever the last call failed with.</exception>
    public async Task<T> RepeatAsync<T>(Func<Task<T>> call, TimeSpan? responseTimeout)
    {
        var isLong = responseTimeout > AskAgainAfter;
        var begun = time.GetTimestamp();
        var patience = !isLong ? options.CallPatience : responseTimeout < LongestCall ? responseTimeout.Value : LongestCall;
        for (var failures = 0; ; failures++)
        {
            Task<T>? called = null;
            var loss = losses.Next;
            try
            {
                called = call();
                return await called.WaitAsync(isLong ? AskAgainAfter : Timeout.InfiniteTimeSpan, time, loss);
            }
            catch (Exception fault) when ((GrainCalls.IsPassing(fault) || IsLoss(fault, loss)) && !lifetime.ApplicationStopping.IsCancellationRequested)
            {
                var context = http.HttpContext is { WebSockets.IsWebSocketRequest: false } request ? request : null;
                // A wait that ended is not a failure: what was asked for takes long. Everything else is counted from the request's first
                // failure.
                var left = called is { IsCompleted: false } ? patience - time.GetElapsedTime(begun) : LeftOf(context, isLong ? patience : options.CallPatience, begun);
                if (left <= TimeSpan.Zero)
                {
                    if (!IsLoss(fault, loss)) throw;
                    throw new TimeoutException("A silo was lost, and with it the answer.", fault);
                }
                if (failures == 0) log.CallRepeated(IsLoss(fault, loss) ? "a silo was lost" : fault.GetType().Name);
                var wait = WaitAfter(failures);
                await Task.Delay(wait < left ? wait : left, time, context?.RequestAborted ?? CancellationToken.None);
            }
        }
    }

    // It may have been another silo's call: the same is asked for twice then, and answered twice.
    private static bool IsLoss(Exception fault, CancellationToken loss) =>
        fault is OperationCanceledException cancelled && cancelled.CancellationToken == loss;

    private TimeSpan LeftOf(HttpContext? request, TimeSpan patience, long begun)
    {
        if (request is null) return patience - time.GetElapsedTime(begun);
        if (request.Features.Get<FirstFailure>() is not { } first) request.Features.Set(first = new(time.GetTimestamp()));
        return patience - time.GetElapsedTime(first.At);
    }

    private static TimeSpan WaitAfter(int failures)
    {
        var doubled = FirstWait * Math.Pow(2, Math.Min(failures, 10));
        return (doubled < LongestWait ? doubled : LongestWait) * (0.5 + Random.Shared.NextDouble());
    }

    private sealed record FirstFailure(long At);
}
