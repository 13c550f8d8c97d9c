using System.IO.Pipelines;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace FheOrleans.Client.Nodes;

/// <summary>
/// A WebSocket as SignalR sees it, two pipes: what the socket receives is pumped into the one, what SignalR writes into the other is sent.
/// </summary>
internal sealed class WebSocketConnection : ConnectionContext
{
    private const int ReceiveBytes = 16 << 10;

    private readonly ClientWebSocket _socket;
    private readonly Func<CancellationToken, ValueTask<bool>> _room;
    private readonly Pipe _received = new(new PipeOptions(useSynchronizationContext: false));
    private readonly Pipe _toSend = new(new PipeOptions(useSynchronizationContext: false));
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _pumps;

    public WebSocketConnection(ClientWebSocket socket, Func<CancellationToken, ValueTask<bool>> room)
    {
        _socket = socket;
        _room = room;
        Transport = new Ends(_received.Reader, _toSend.Writer);
        _pumps = Task.WhenAll(Task.Run(ReceiveAsync), Task.Run(SendAsync));
    }

    public override string ConnectionId { get; set; } = Guid.NewGuid().ToString("N");

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

    public override IDuplexPipe Transport { get; set; }

    public override async ValueTask DisposeAsync()
    {
        await Transport.Output.CompleteAsync().ConfigureAwait(false);
        await Transport.Input.CompleteAsync().ConfigureAwait(false);
        await _stop.CancelAsync().ConfigureAwait(false);
        await _pumps.ConfigureAwait(false);
        _socket.Dispose();
        _stop.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Task ReceiveAsync()
    {
        Exception? fault = null;
        try
        {
            while (true)
            {
                // A reader that has no room holds the socket back, and through it the node: nothing is buffered without bound.
                await _room(_stop.Token).ConfigureAwait(false);
                var result = await _socket.ReceiveAsync(_received.Writer.GetMemory(ReceiveBytes), _stop.Token).ConfigureAwait(false);
                if (result.MessageType == WebSocketMessageType.Close) break;
                _received.Writer.Advance(result.Count);
                var flushed = await _received.Writer.FlushAsync(_stop.Token).ConfigureAwait(false);
                if (flushed.IsCompleted || flushed.IsCanceled) break;
            }
        }
        catch (OperationCanceledException)
        {
            // We are being disposed.
        }
        catch (WebSocketException broken)
        {
            fault = broken;
        }
        await _received.Writer.CompleteAsync(fault).ConfigureAwait(false);
        // Ends the other pump, so that SignalR sees the connection as one thing.
        _toSend.Reader.CancelPendingRead();
    }

    private async Task SendAsync()
    {
        try
        {
            while (true)
            {
                var read = await _toSend.Reader.ReadAsync(_stop.Token).ConfigureAwait(false);
                foreach (var piece in read.Buffer)
                    await _socket.SendAsync(piece, WebSocketMessageType.Text, endOfMessage: false, _stop.Token).ConfigureAwait(false);
                if (!read.Buffer.IsEmpty)
                    await _socket.SendAsync(ReadOnlyMemory<byte>.Empty, WebSocketMessageType.Text, endOfMessage: true, _stop.Token).ConfigureAwait(false);
                _toSend.Reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted || read.IsCanceled) break;
            }
            if (_socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await _socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is OperationCanceledException or WebSocketException)
        {
            // Disposed or broken: the receiving pump tells SignalR.
        }
        await _toSend.Reader.CompleteAsync().ConfigureAwait(false);
    }

    private sealed class Ends(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input { get; } = input;

        public PipeWriter Output { get; } = output;
    }
}
