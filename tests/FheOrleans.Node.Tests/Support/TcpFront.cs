using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace FheOrleans.Node.Tests.Support;

/// <summary>An address of a node beside its own: it passes bytes on as they come, and can die with all its connections, as a gateway does.</summary>
internal sealed class TcpFront : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _sockets = [];
    private readonly IPEndPoint _node;

    public TcpFront(Uri node)
    {
        _node = new(IPAddress.Parse(node.Host), node.Port);
        _listener.Start();
        Url = new($"https://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _ = AcceptAsync();
    }

    public Uri Url { get; }

    /// <summary>How many connections came.</summary>
    public int Connections { get; private set; }

    /// <summary>Takes no connection any more, and resets those there are.</summary>
    public void Kill()
    {
        _listener.Stop();
        foreach (var socket in _sockets)
        {
            try
            {
                socket.LingerState = new(true, 0);
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
            {
                // Closed already.
            }
            socket.Dispose();
        }
    }

    public void Dispose() => Kill();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync();
                Connections++;
                var node = new Socket(SocketType.Stream, ProtocolType.Tcp);
                _sockets.Add(client);
                _sockets.Add(node);
                await node.ConnectAsync(_node);
                _ = PassAsync(client, node);
                _ = PassAsync(node, client);
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // Killed.
        }
    }

    private static async Task PassAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 << 10];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var read)
                for (var sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // One of the two has gone, and so goes the other.
            from.Dispose();
            to.Dispose();
        }
    }
}
