using System.Runtime.CompilerServices;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Client.Nodes;

public sealed partial class NodeClient
{
    /// <summary>
    /// Everything that happens to the caller's inferences after an event, in order and each thing once: first what happened already, then
    /// what happens. A lost connection is made anew, at another of the node's addresses where it has several, and continues after the last event
    /// given out.
    /// </summary>
    /// <param name="after">The number of the last event the caller has; 0 for all.</param>
    /// <param name="cancellation">Ends the enumeration, with <see cref="OperationCanceledException"/>.</param>
    /// <returns>Events without end. A slow reader holds the node's sending back; nothing piles up.</returns>
    /// <exception cref="NodeUnreachableException">
    /// The node was not there at first, or was away for longer than <see cref="NodeClientOptions.ReconnectFor"/>.
    /// </exception>
    public async IAsyncEnumerable<PredictionMessage> ListenAsync(long after, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var last = after;
        var reconnection = new Reconnection(_transport);
        while (true)
        {
            var connection = await reconnection.OpenAsync(last, cancellation).ConfigureAwait(false);
            await using (connection.ConfigureAwait(false))
            {
                await foreach (var message in connection.ReadAllAsync(cancellation).ConfigureAwait(false))
                {
                    reconnection.Alive();
                    // Delivery is at least once: what was given out before the connection broke may come again.
                    if (message.Sequence <= last) continue;
                    last = message.Sequence;
                    yield return message;
                }
                _transport.TurnFrom(connection.Url); // It has gone, or goes: others may still be there.
            }
        }
    }

    /// <summary>
    /// Decides how long to go on trying. The first connection is tried once at each address: somebody is waiting for the answer.
    /// </summary>
    private sealed class Reconnection(NodeTransport transport)
    {
        private readonly NodeClientOptions _options = transport.Options;
        private bool _connectedOnce;
        private int _failures;
        private long _lostAt;

        public async Task<PredictionConnection> OpenAsync(long after, CancellationToken cancellation)
        {
            _lostAt = _options.Time.GetTimestamp();
            if (_connectedOnce) await Task.Delay(_options.WaitBefore(_failures, null), _options.Time, cancellation).ConfigureAwait(false);
            for (var tried = 1; ; tried++)
            {
                var url = transport.Url;
                try
                {
                    var connection = await PredictionConnection.OpenAsync(transport, url, after, cancellation).ConfigureAwait(false);
                    _connectedOnce = true;
                    // Counted until a message comes, so that a node that drops us at once is not called in a tight loop.
                    _failures++;
                    return connection;
                }
                catch (NodeException fault) when (NodeTransport.IsOfTheAddress(fault) && tried % transport.Address.Urls.Count != 0)
                {
                    transport.TurnFrom(url); // At once: the others have not been asked in this round.
                }
                catch (NodeException fault) when (fault.IsTransient && _connectedOnce && _options.Time.GetElapsedTime(_lostAt) < _options.ReconnectFor)
                {
                    transport.TurnFrom(url);
                    await transport.WaitAsync(_failures++, fault, cancellation).ConfigureAwait(false);
                }
            }
        }

        public void Alive() => _failures = 0;
    }
}
