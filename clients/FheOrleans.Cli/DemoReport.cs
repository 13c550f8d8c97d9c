using System.Globalization;
using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Herds;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Cli;

/// <summary>What a demo found, for people and as one JSON object.</summary>
internal sealed class DemoReport
{
    public required WrangledHerd Herd { get; init; }

    public required string Network { get; init; }

    public required ulong Seed { get; init; }

    public required SelectedCircuit Circuit { get; init; }

    public required ForecastErrors Cipher { get; init; }

    public required ForecastErrors Clear { get; init; }

    public required ForecastErrors Naive { get; init; }

    /// <summary>
    /// The largest difference between the encrypted and the clear forecast of a window, over all test windows, normalised units.
    /// </summary>
    public required double LargestDifference { get; init; }

    public required StageClock Clock { get; init; }

    /// <summary>The node's own seconds of computation, summed over its threads.</summary>
    public required double EvaluationSeconds { get; init; }

    public required double TotalSeconds { get; init; }

    public required long KeyBytes { get; init; }

    public required long UploadBytes { get; init; }

    public required long ResultBytes { get; init; }

    public required int Parts { get; init; }

    /// <summary>Bytes of memory that the node holds at the end, and held at most.</summary>
    public required (long Now, long Most) NodeMemory { get; init; }

    public required int BestEpoch { get; init; }

    public required int Epochs { get; init; }

    public void Write(FarmConsole console)
    {
        var plan = Circuit.Plan;
        console.Line();
        console.Line(Text($"All {Herd.Test.Count:N0} test windows of {(Herd.IsSimulated ? "a SIMULATED herd" : Herd.Label)}, each forecast three times (errors in normalised units 0..1, MAPE in % of the real kg):"));
        ErrorTable.Write(console, ("network on ciphertexts", Cipher), ("network in the clear", Clear), ("same as last time", Naive));
        console.Line(Text($"Largest difference between ciphertext and clear, over every test window: {LargestDifference:E2} (predicted: at most {plan.PredictedError:E2})."));
        console.Line(ErrorTable.Verdict(Cipher, Naive));

        console.Line();
        var predicted = Circuit.Candidates is [var chosen, ..] ? chosen : null;
        var seconds = predicted is null ? new TextTable("seconds", "measured") : new TextTable("seconds", "measured", "predicted");
        foreach (var (name, stage) in Stages) Add(name, Clock.Seconds(stage), PredictedSeconds(predicted, stage));
        Add("in all, the node's start included", TotalSeconds, null);
        seconds.Write(console);
        if (predicted is not null) console.Line("Predicted are steps by themselves, on a machine that has been running for a while; measured is a first time, with compilation and waiting.");
        console.Line();
        new TextTable("bytes", "").Add("keys", Text($"{KeyBytes:N0}")).Add("upload", Text($"{UploadBytes:N0}")).Add("result",
            Text($"{ResultBytes:N0}")).Write(console);
        console.Line(Text($"The node holds {NodeMemory.Now / 1e6:F0} MB of memory, and held {NodeMemory.Most / 1e6:F0} MB at most."));
        console.Line();
        console.Line(Text($"Parameters: N = {plan.PolynomialDegree}, primes of {{{string.Join(", ", plan.ModulusBits)}}} bits, {plan.ModulusBits.Sum()} in all: 128-bit security by the 2024 table."));
        console.Line(Text($"Form: {Circuit.Form}{(predicted is null ? "" : ", chosen by the node for this job")}; {Parts} batch{(Parts == 1 ? "" : "es")} of {plan.InputCiphertexts} ciphertexts; rotation steps {(plan.RotationSteps.Length == 0 ? "none" : string.Join(", ", plan.RotationSteps))}; relinearization keys {(plan.NeedsRelinearizationKeys ? "yes" : "no")}."));
        if (Circuit.Candidates.Count > 1)
            console.Line("Weighed, by predicted seconds without the way between: " + string.Join(", ", Circuit.Candidates.Take(4).Select(candidate => Text($"{candidate.Form} {Total(candidate):G2}"))) + ".");

        void Add(string name, double measured, double? expected) =>
            seconds.Add(predicted is null ? [name, Text($"{measured:F3}")] : [name, Text($"{measured:F3}"), expected is { } value ? Text($"{value:F3}") : ""]);
    }

    public object Json() => new
    {
        windows = Herd.Test.Count,
        features = Herd.Features,
        layout = Circuit.Form,
        form = Circuit.Form,
        candidates = Circuit.Candidates.Select(candidate => new { form = candidate.Form, seconds = Total(candidate), upload = candidate.UploadBytes, predictedError = candidate.PredictedError }),
        predicted = Circuit.Candidates is [var chosen, ..] ? new { encrypt = chosen.EncryptSeconds, evaluate = chosen.EvaluateSeconds, decrypt = chosen.DecryptSeconds } : null,
        parameters = new { n = Circuit.Plan.PolynomialDegree, modulusBits = Circuit.Plan.ModulusBits },
        cipher = ErrorTable.Json(Cipher),
        clear = ErrorTable.Json(Clear),
        naive = ErrorTable.Json(Naive),
        maxAbsDifference = LargestDifference,
        seconds = new
        {
            train = Clock.Seconds(ForecastStage.Train),
            keygen = Clock.Seconds(ForecastStage.KeyGeneration),
            sendKeys = Clock.Seconds(ForecastStage.SendKeys),
            encrypt = Clock.Seconds(ForecastStage.Encrypt),
            upload = Clock.Seconds(ForecastStage.Upload),
            evaluate = Clock.Seconds(ForecastStage.Evaluate),
            push = Clock.Seconds(ForecastStage.Push),
            decrypt = Clock.Seconds(ForecastStage.Decrypt),
            total = TotalSeconds,
            evaluateSummedOverThreads = EvaluationSeconds,
        },
        bytes = new { keys = KeyBytes, upload = UploadBytes, result = ResultBytes, nodeMemory = new { now = NodeMemory.Now, most = NodeMemory.Most } },
        herd = Herd.Label,
        simulated = Herd.IsSimulated,
        network = Network,
        seed = Seed,
        timePoints = Herd.TimePoints,
        parts = Parts,
        epochs = Epochs,
        bestEpoch = BestEpoch,
        predictedError = Circuit.Plan.PredictedError,
        betterThanNaive = new { mse = Cipher.Mse < Naive.Mse, mae = Cipher.Mae < Naive.Mae, mape = Cipher.Mape < Naive.Mape },
    };

    private static double? PredictedSeconds(PlanCandidate? candidate, ForecastStage stage) => stage switch
    {
        ForecastStage.Encrypt => candidate?.EncryptSeconds,
        ForecastStage.Evaluate => candidate?.EvaluateSeconds,
        ForecastStage.Decrypt => candidate?.DecryptSeconds,
        _ => null,
    };

    private static double Total(PlanCandidate candidate) => candidate.EncryptSeconds + candidate.EvaluateSeconds + candidate.DecryptSeconds;

    private static readonly (string, ForecastStage)[] Stages =
    [
        ("training", ForecastStage.Train),
        ("key generation", ForecastStage.KeyGeneration),
        ("key upload", ForecastStage.SendKeys),
        ("encryption", ForecastStage.Encrypt),
        ("upload", ForecastStage.Upload),
        ("evaluation", ForecastStage.Evaluate),
        ("push", ForecastStage.Push),
        ("decryption", ForecastStage.Decrypt),
    ];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
