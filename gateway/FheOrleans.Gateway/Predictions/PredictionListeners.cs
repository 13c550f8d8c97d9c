using System.Collections.Concurrent;
using FheOrleans.Gateway.Calls;
using FheOrleans.Gateway.Identity;
using FheOrleans.Grains;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FheOrleans.Gateway.Predictions;

/// <summary>The connections that listen, one listener each. It also keeps the listeners alive: the grains hold observers
/// weakly.</summary>
internal sealed class PredictionListeners(
    IHubContext<PredictionHub> hub,
    GrainCalls grains,
    GatewayOptions options,
    TimeProvider time,
    IHostApplicationLifetime lifetime,
    ILogger<PredictionListeners> log)
{
    private readonly ConcurrentDictionary<string, PredictionListener> _byConnection = new();

    /// <summary>How many connections of each tenant listen.</summary>
    public IEnumerable<KeyValuePair<string, int>> CountByTenant() => _byConnection.Values.CountBy(listener => listener.Tenant);

    /// <summary>Starts listening for a connection, in place of what it listened to before.</summary>
    public async Task StartAsync(HubCallerContext connection, Caller caller, long after)
    {
        await StopAsync(connection.ConnectionId);
        var listener = new PredictionListener(hub.Clients.Client(connection.ConnectionId), caller, grains, options, time, log);
        _byConnection[connection.ConnectionId] = listener;
        try
        {
            await listener.SubscribeAsync();
        }
        catch
        {
            // Its connection may have ended meanwhile, and then nobody would ever take it out again.
            if (_byConnection.TryRemove(new(connection.ConnectionId, listener))) await listener.DisposeAsync();
            throw;
        }
        log.Listening(caller.Tenant, caller.Name, after);
        _ = RunAsync(listener, connection, caller, after);
    }

    /// <summary>Stops what a connection listens to, if anything.</summary>
    public async Task StopAsync(string connectionId)
    {
        if (_byConnection.TryRemove(connectionId, out var listener)) await listener.DisposeAsync();
    }

    private async Task RunAsync(PredictionListener listener, HubCallerContext connection, Caller caller, long after)
    {
        // A node that stops lets go of those who listen; they come back to it, or to another.
        using var stopping = lifetime.ApplicationStopping.Register(connection.Abort);
        try
        {
            await listener.RunAsync(after, connection.ConnectionAborted);
        }
        catch (OperationCanceledException)
        {
            // The connection has gone, or listens to something else now.
        }
        catch (AccessRefusedException)
        {
            log.ListenerLetGo(caller.Tenant, caller.Name);
            connection.Abort();
        }
        catch (Exception fault)
        {
            // Never half a stream: the client connects anew and asks for what comes after the last event it has.
            log.ListenerFailed(caller.Tenant, caller.Name, fault);
            connection.Abort();
        }
        finally
        {
            if (_byConnection.TryRemove(new(connection.ConnectionId, listener))) await listener.DisposeAsync();
        }
    }
}
