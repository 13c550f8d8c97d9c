using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Herds;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Cli;

/// <summary>A job that was timed in this process.</summary>
/// <param name="Circuit">The circuit.</param>
/// <param name="Windows">Windows forecast.</param>
/// <param name="Batches">Batches they took.</param>
/// <param name="Predicted">What the cost model said before.</param>
/// <param name="Times">What it took.</param>
/// <param name="KeySeconds">Seconds of making keys.</param>
/// <param name="Bytes">Bytes that a node would get and give, and of the keys.</param>
internal sealed record PaperLocalJob(
    CompiledCircuit Circuit, int Windows, int Batches, PaperSeconds Predicted, PaperTimes Times, double KeySeconds, (long Upload, long Result, long Keys) Bytes);

/// <summary>Times jobs in this process, on all its cores.</summary>
internal sealed class PaperLocal(PaperSettings settings, Network network, CostModel measured)
{
    private static readonly int Threads = Environment.ProcessorCount;
    private readonly CostModel _costs = measured with { EvaluationThreads = Threads, ClientThreads = Threads };

    public (PaperLocalJob Job, double[] Forecasts) Run(HerdPart part, CancellationToken cancellation)
    {
        var (circuit, predicted) = Choose(part);
        var start = TimeProvider.System.GetTimestamp();
        using var forecast = new LocalForecast(circuit, part.Windows, Threads);
        var keySeconds = TimeProvider.System.GetElapsedTime(start).TotalSeconds;
        var runs = new List<PaperSeconds>();
        double[] forecasts = [];
        for (var run = 0; run < settings.Runs; run++)
        {
            cancellation.ThrowIfCancellationRequested();
            var begun = TimeProvider.System.GetTimestamp();
            var inputs = forecast.Encrypt();
            var encrypted = TimeProvider.System.GetTimestamp();
            var results = forecast.Evaluate(inputs);
            var evaluated = TimeProvider.System.GetTimestamp();
            forecasts = forecast.Decrypt(results);
            runs.Add(new(Seconds(begun, encrypted), Seconds(encrypted, evaluated), TimeProvider.System.GetElapsedTime(evaluated).TotalSeconds));
        }
        return (new(circuit, part.Count, forecast.Batches, predicted, PaperTimes.Of(runs), keySeconds, forecast.Bytes()), forecasts);
    }

    private (CompiledCircuit, PaperSeconds) Choose(HerdPart part)
    {
        var shape = JobShape.Of(part.Windows);
        var (circuit, cost) = settings.Form is { } form
            ? Priced(CircuitCompiler.Compile(network, new() { Form = form }), shape)
            : CircuitChooser.Choose(network, shape, _costs)[0];
        return (circuit, new(cost.EncryptSeconds, cost.EvaluateSeconds, cost.DecryptSeconds));
    }

    private CircuitChoice Priced(CompiledCircuit circuit, JobShape shape) =>
        new(circuit, _costs.Predict(circuit, shape.Batches(circuit.Plan)));

    private static double Seconds(long from, long to) => TimeProvider.System.GetElapsedTime(from, to).TotalSeconds;
}
