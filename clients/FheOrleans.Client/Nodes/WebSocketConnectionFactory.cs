using System.Net;
using System.Net.WebSockets;
using FheOrleans.Gateway.Contracts;
using Microsoft.AspNetCore.Connections;

namespace FheOrleans.Client.Nodes;

/// <summary>
/// Gives SignalR its connections: a WebSocket over the pinned handler, without the negotiation request. The package with SignalR's own
/// factory is not on every feed, and this is all of it that is needed.
/// </summary>
/// <param name="transport">The pinned handler and the token.</param>
/// <param name="room">Completes while there is room for another message; awaited before each read of the socket.</param>
internal sealed class WebSocketConnectionFactory(NodeTransport transport, Func<CancellationToken, ValueTask<bool>> room) : IConnectionFactory
{
    public async ValueTask<ConnectionContext> ConnectAsync(EndPoint endpoint, CancellationToken cancellationToken = default)
    {
        var node = ((UriEndPoint)endpoint).Uri;
        var url = new UriBuilder(node) { Scheme = Uri.UriSchemeWss }.Uri;
        var socket = new ClientWebSocket();
        try
        {
            socket.Options.CollectHttpResponseDetails = true;
            if (transport.Token is { } token) socket.Options.SetRequestHeader("Authorization", $"Bearer {token}");
            using var invoker = new HttpMessageInvoker(transport.Handler, disposeHandler: false);
            await socket.ConnectAsync(url, invoker, cancellationToken).ConfigureAwait(false);
            return new WebSocketConnection(socket, room);
        }
        catch (Exception fault)
        {
            var status = socket.HttpStatusCode;
            socket.Dispose();
            if (cancellationToken.IsCancellationRequested) throw;
            throw Refusal(status) ?? transport.Translate(fault is WebSocketException { InnerException: { } cause } ? cause : fault, node)
                ?? new NodeUnreachableException(node, "the connection for predictions could not be made.", fault);
        }
    }

    // The body of a refused upgrade is not given to us; its status says enough.
    private static NodeRefusedException? Refusal(HttpStatusCode status) => status switch
    {
        HttpStatusCode.Unauthorized => new(new ProblemBody(
            ProblemTypes.Unauthenticated, "Unauthenticated", 401, "The token is not one the node knows. Join again with a new invitation.")),
        HttpStatusCode.Forbidden => new(new ProblemBody(
            ProblemTypes.Forbidden, "Forbidden", 403, "This token may not listen to predictions; only a data owner's may.")),
        HttpStatusCode.ServiceUnavailable => new(new ProblemBody(ProblemTypes.Busy, "Busy", 503, "The node is busy or stopping. Try again.")),
        _ => null,
    };
}
