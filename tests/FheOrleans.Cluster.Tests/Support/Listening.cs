using FheOrleans.Client.Nodes;

namespace FheOrleans.Cluster.Tests.Support;

internal static class Listening
{
    /// <summary>Listens until inferences have all ended, and returns everything heard on the way.</summary>
    /// <param name="client">Who listens.</param>
    /// <param name="inferences">Those that must end.</param>
    /// <param name="heard">Told of each event as it comes; may be null.</param>
    public static async Task<List<PredictionMessage>> ListenToEndsAsync(this NodeClient client, IEnumerable<string> inferences, Action<PredictionMessage>? heard = null)
    {
        using var patience = new CancellationTokenSource(ProgramProcess.Patience);
        var all = new List<PredictionMessage>();
        var open = inferences.ToHashSet();
        try
        {
            await foreach (var message in client.ListenAsync(0, patience.Token))
            {
                all.Add(message);
                heard?.Invoke(message);
                if (message.Status != PredictionStatus.PartCompleted && open.Remove(message.Inference) && open.Count == 0) return all;
            }
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The ends of {string.Join(", ", open)} did not come within {ProgramProcess.Patience}; heard {all.Count} events, the last of number {all.LastOrDefault()?.Sequence}.");
        }
        throw new InvalidOperationException("The stream of predictions ended, which it never should.");
    }
}
