using FheOrleans.Client.Nodes;

namespace FheOrleans.Node.Tests.Support;

internal static class Listening
{
    /// <summary>Listens until an inference has ended, and returns everything heard on the way.</summary>
    public static async Task<List<PredictionMessage>> ListenToEndAsync(this NodeClient client, long after, string inference)
    {
        using var patience = new CancellationTokenSource(NodeProcess.Patience);
        var heard = new List<PredictionMessage>();
        try
        {
            await foreach (var message in client.ListenAsync(after, patience.Token))
            {
                heard.Add(message);
                if (message.Inference == inference && message.Status != PredictionStatus.PartCompleted) return heard;
            }
        }
        catch (OperationCanceledException)
        {
            var said = string.Join(", ", heard.Select(message => $"{message.Sequence} {message.Status}"));
            throw new TimeoutException($"The end of inference '{inference}' did not come within {NodeProcess.Patience}; heard: {said}.");
        }
        throw new InvalidOperationException("The stream of predictions ended, which it never should.");
    }
}
