using System.Net;
using System.Net.Sockets;

namespace FheOrleans.Cluster.Tests.Support;

/// <summary>A way to a port of the loopback address that a test can cut, as a network is cut: connections stay open, and nothing comes through.</summary>
internal sealed class Forwarder : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<TcpClient> _connections = [];
    private readonly EndPoint _target;

    public Forwarder(IPEndPoint target)
    {
        _target = target;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>Where it is reached.</summary>
    public string Address => _listener.LocalEndpoint.ToString()!;

    /// <summary>From now on nothing comes through, in either direction.</summary>
    public void Cut() => _cut.TrySetResult();

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Dispose();
        lock (_connections) foreach (var connection in _connections) connection.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ForwardAsync(Keep(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
        catch (Exception fault) when (IsOver(fault))
        {
            // The test is over.
        }
    }

    private async Task ForwardAsync(TcpClient from)
    {
        try
        {
            if (_cut.Task.IsCompleted) return; // Taken, and never answered.
            var to = Keep(new TcpClient());
            await to.Client.ConnectAsync(_target, _end.Token);
            await Task.WhenAny(CopyAsync(from.Client, to.Client), CopyAsync(to.Client, from.Client));
            if (_cut.Task.IsCompleted) return;
            from.Dispose();
            to.Dispose();
        }
        catch (Exception fault) when (IsOver(fault))
        {
            from.Dispose();
        }
    }

    private async Task CopyAsync(Socket from, Socket to)
    {
        var buffer = new byte[1 << 16];
        try
        {
            while (await from.ReceiveAsync(buffer, _end.Token) is > 0 and var length)
            {
                if (_cut.Task.IsCompleted) await Task.Delay(Timeout.Infinite, _end.Token);
                for (var sent = 0; sent < length;) sent += await to.SendAsync(buffer.AsMemory(sent, length - sent), _end.Token);
            }
        }
        catch (Exception fault) when (IsOver(fault))
        {
            // One of the two has gone.
        }
    }

    private TcpClient Keep(TcpClient connection)
    {
        lock (_connections) _connections.Add(connection);
        return connection;
    }

    private static bool IsOver(Exception fault) => fault is SocketException or IOException or ObjectDisposedException or OperationCanceledException;
}
