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

    private PredictionConnection(NodeTransport transport, Uri url)
    {
        Url = url;
        var builder = new HubConnectionBuilder();
        builder.Services.AddSingleton<IConnectionFactory>(new WebSocketConnectionFactory(transport, _inbox.Writer.WaitToWriteAsync));
        builder.Services.AddSingleton<EndPoint>(new UriEndPoint(new Uri(url, PredictionHubContract.Path)));
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

    /// <summary>The address it is connected to.</summary>
    public Uri Url { get; }

    /// <summary>Connects to the address in use and asks for everything after an event.</summary>
    public static async Task<PredictionConnection> OpenAsync(NodeTransport transport, Uri url, long after, CancellationToken cancellation)
    {
        var connection = new PredictionConnection(transport, url);
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
                HubException busy when busy.Message.Contains(PredictionHubContract.Busy, StringComparison.Ordinal) =>
                    new NodeRefusedException(new ProblemBody(ProblemTypes.Busy, "Busy", 503, "The node does not take listeners for a moment. Try again.")),
                HubException refused => new NodeRefusedException(new ProblemBody(ProblemTypes.InvalidRequest, "Listening refused", 400, refused.Message)),
                // SignalR cancels what waits on a connection that closes.
                OperationCanceledException => Broken(url, fault),
                _ => transport.Translate(fault, url) ?? Broken(url, fault),
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

    private static NodeUnreachableException Broken(Uri url, Exception fault) => new(url, "the connection for predictions broke.", fault);
}
