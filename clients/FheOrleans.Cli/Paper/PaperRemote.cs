using FheOrleans.Client.Forecasts;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Cli;

/// <summary>A job that was timed through a node.</summary>
/// <param name="Circuit">The circuit, and what the node predicted of it.</param>
/// <param name="Batches">Batches the windows took.</param>
/// <param name="Times">
/// What it took: encryption until the node has acknowledged every ciphertext, inference until the last result was here, decryption.
/// </param>
/// <param name="EndToEnd">Seconds from clear windows to decrypted forecasts, requests for the plan and the like included: median of the
/// later runs.</param>
/// <param name="FirstEndToEnd">The same of the first run, which also makes and sends the keys.</param>
/// <param name="EvaluationSeconds">The node's own seconds of computing in the last run, summed over the parts.</param>
/// <param name="Forecasts">The last run's forecasts.</param>
/// <param name="UploadBytes">Bytes of ciphertexts sent in a run.</param>
/// <param name="ResultBytes">Bytes of the results of a run.</param>
internal sealed record PaperRemoteJob(
    SelectedCircuit Circuit, int Batches, PaperTimes Times, double EndToEnd, double FirstEndToEnd, double EvaluationSeconds, double[] Forecasts,
    long UploadBytes, long ResultBytes)
{
    /// <summary>What the node predicted: of encryption and evaluation, without the way between. Zero where a form was named and nothing
    /// chosen.</summary>
    public PaperSeconds Predicted => Circuit.Candidates is [var chosen, ..] ? new(chosen.EncryptSeconds, chosen.EvaluateSeconds, chosen.DecryptSeconds) : default;
}

/// <summary>Times jobs through a node: HTTPS, its grains and storage, SignalR. Each run uploads and computes everything anew, but for the
/// keys.</summary>
internal sealed class PaperRemote(PaperSettings settings, ForecastWorkflow flow, PublishedVersion model)
{
    public async Task<PaperRemoteJob> RunAsync(string herd, string part, CancellationToken cancellation)
    {
        var runs = new List<PaperSeconds>();
        var wholes = new List<double>();
        PaperRemoteJob? last = null;
        for (var run = 0; run < settings.Runs; run++)
        {
            var (before, uploaded) = (Now(), flow.UploadBytes);
            var begun = TimeProvider.System.GetTimestamp();
            var (upload, circuit) = await flow.UploadAsync(herd, part, model.Model, model.Version, settings.Form, $"{herd}-{run}", cancellation: cancellation);
            var forecast = await flow.PredictAsync(upload.Dataset, $"{herd}-{run}", cancellation: cancellation);
            wholes.Add(TimeProvider.System.GetElapsedTime(begun).TotalSeconds);
            var after = Now();
            runs.Add(new(after.Encrypt - before.Encrypt, after.Infer - before.Infer, after.Decrypt - before.Decrypt));
            last = new(circuit, upload.Batches, null!, 0, wholes[0], forecast.EvaluationSeconds, [.. forecast.Normalized.Select(value => value!.Value)],
                flow.UploadBytes - uploaded, forecast.ResultBytes);
        }
        var later = wholes.Skip(1).Order().ToArray();
        return last! with { Times = PaperTimes.Of(runs), EndToEnd = (later[(later.Length - 1) / 2] + later[later.Length / 2]) / 2 };
    }

    private PaperSeconds Now()
    {
        var clock = flow.Clock;
        return new(
            clock.Seconds(ForecastStage.Encrypt) + clock.Seconds(ForecastStage.Upload),
            clock.Seconds(ForecastStage.Evaluate) + clock.Seconds(ForecastStage.Push),
            clock.Seconds(ForecastStage.Decrypt));
    }
}
