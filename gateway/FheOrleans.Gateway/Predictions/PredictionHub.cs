using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Identity;
using FheOrleans.Grains;
using Microsoft.AspNetCore.SignalR;

namespace FheOrleans.Gateway.Predictions;

/// <summary>
/// Where data owners hear of their predictions. A connection hears what its own token's owner may hear, and nothing names another.
/// </summary>
internal sealed class PredictionHub(PredictionListeners listeners) : Hub
{
    /// <summary>Sends everything after an event: what happened already, then what happens. Calling again starts over.</summary>
    [HubMethodName(PredictionHubContract.Listen)]
    public async Task ListenAsync(long after)
    {
        if (after < 0) throw new HubException("Events are counted from 1; listen after 0 or more.");
        try
        {
            await listeners.StartAsync(Context, Caller.Of(Context.User), after);
        }
        catch (FheOrleansException refused)
        {
            throw new HubException(refused.Message, refused);
        }
    }

    public override Task OnDisconnectedAsync(Exception? exception) => listeners.StopAsync(Context.ConnectionId);
}
