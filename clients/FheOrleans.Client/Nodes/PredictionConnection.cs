using System.Net;
using System.Threading.Channels;
using FheOrleans.Gateway.Contracts;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;

namespace FheOrleans.Client.Nodes;

/// <summary>One SignalR connection that listens; it ends when the connection does, and is never mended.</summary>
internal sealed class PredictionConnection : IAsyncDisposable
{
    /// <summary>Events held while the reader is busy, about 175 KB each on the wire; at this many the socket is no longer read.</summary>
    private const int Held = 16;

    private readonly HubConnection _hub;
    private readonly Channel<PredictionMessage> _inbox =
        Channel.CreateBounded<PredictionMessage>(new BoundedChannelOptions(Held) { SingleReader = true });

    private PredictionConnection(NodeTransport transport)
    {
        var builder = new HubConnectionBuilder();
        builder.Services.AddSingleton<IConnectionFactory>(new WebSocketConnectionFactory(transport, _inbox.Writer.WaitToWriteAsync));
        builder.Services.AddSingleton<EndPoint>(new UriEndPoint(new Uri(transport.Address.Url, PredictionHubContract.Path)));
        builder.AddJsonProtocol(options => ContractJson.Apply(options.PayloadSerializerOptions));
        _hub = builder.Build();
        _hub.On<PredictionMessage>(PredictionHubContract.Prediction, async message =>
        {
            try
            {
                await _inbox.Writer.WriteAsync(message).ConfigureAwait(false);
            }
            catch (ChannelClosedException)
            {
                // The reader has gone; what it did not take it will ask for again.
            }
        });
        _hub.Closed += _ =>
        {
            _inbox.Writer.TryComplete();
            return Task.CompletedTask;
        };
    }

    /// <summary>Connects and asks for everything after an event.</summary>
    public static async Task<PredictionConnection> OpenAsync(NodeTransport transport, long after, CancellationToken cancellation)
    {
        var connection = new PredictionConnection(transport);
        try
        {
            await connection._hub.StartAsync(cancellation).ConfigureAwait(false);
            await connection._hub.InvokeAsync(PredictionHubContract.Listen, after, cancellation).ConfigureAwait(false);
            return connection;
        }
        catch (Exception fault)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            if (cancellation.IsCancellationRequested || fault is NodeException) throw;
            throw fault switch
            {
                HubException refused => new NodeRefusedException(new ProblemBody(ProblemTypes.InvalidRequest, "Listening refused", 400, refused.Message)),
                // SignalR cancels what waits on a connection that closes.
                OperationCanceledException => Broken(transport, fault),
                _ => transport.Translate(fault) ?? Broken(transport, fault),
            };
        }
    }

    /// <summary>The events as they come; ends when the connection does.</summary>
    public IAsyncEnumerable<PredictionMessage> ReadAllAsync(CancellationToken cancellation) => _inbox.Reader.ReadAllAsync(cancellation);

    public ValueTask DisposeAsync()
    {
        _inbox.Writer.TryComplete();
        return _hub.DisposeAsync();
    }

    private static NodeUnreachableException Broken(NodeTransport transport, Exception fault) =>
        new(transport.Address.Url, "the connection for predictions broke.", fault);
}
