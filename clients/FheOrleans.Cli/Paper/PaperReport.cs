using System.Globalization;
using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Herds;

namespace FheOrleans.Cli;

/// <summary>Tables 2, 3 and 4 of the paper with what was measured beside them, for people and as one JSON object.</summary>
internal sealed class PaperReport
{
    public required WrangledHerd Herd { get; init; }

    public required string Network { get; init; }

    public required double TrainSeconds { get; init; }

    public required PaperLocalJob LocalOne { get; init; }

    public required PaperLocalJob LocalAll { get; init; }

    public required PaperRemoteJob RemoteOne { get; init; }

    public required PaperRemoteJob RemoteAll { get; init; }

    /// <summary>One forecast for each of some animals; null if no animal has a latest window.</summary>
    public required PaperRemoteJob? RemoteWeek { get; init; }

    public required double KeyGenerationSeconds { get; init; }

    public required double KeyUploadSeconds { get; init; }

    /// <summary>Bytes of the keys sent, for every set of keys that the two jobs needed.</summary>
    public required long KeyBytes { get; init; }

    public required ForecastErrors Cipher { get; init; }

    public required ForecastErrors Clear { get; init; }

    public required ForecastErrors Naive { get; init; }

    /// <summary>The largest difference between a forecast through the node and in the clear, normalised units.</summary>
    public required double LargestDifference { get; init; }

    public required double LargestLocalDifference { get; init; }

    public required (long Now, long Most) NodeMemory { get; init; }

    public required double TotalSeconds { get; init; }

    private static readonly (string Name, Func<PaperSeconds, double> Of)[] Steps =
        [("encryption", seconds => seconds.Encrypt), ("inference", seconds => seconds.Infer), ("decryption", seconds => seconds.Decrypt)];

    private int Windows => Herd.Test.Count;

    public void Write(FarmConsole console)
    {
        console.Line();
        console.Line($"The paper: {PaperFigures.Source}.");
        console.Line(Text($"Its herd is not public and its machines were others: beside its figures stand ours, of {(Herd.IsSimulated ? "a SIMULATED herd of its size" : Herd.Label)} on this machine."));
        WriteErrors(console);
        WriteTimes(console);
        WriteBytes(console);
        console.Line();
        console.Line(Text($"Node's memory after the runs: {NodeMemory.Now / 1e6:F0} MB, {NodeMemory.Most / 1e6:F0} MB at most. The command took {TotalSeconds:F1} s, training {TrainSeconds:F1} s of it."));
    }

    public object Json() => new
    {
        windows = Windows,
        herd = Herd.Label,
        simulated = Herd.IsSimulated,
        timePoints = Herd.Rows,
        allWindows = Herd.Training.Count + Herd.Validation.Count + Herd.Test.Count,
        network = Network,
        cipher = ErrorTable.Json(Cipher),
        clear = ErrorTable.Json(Clear),
        naive = ErrorTable.Json(Naive),
        maxAbsDifference = LargestDifference,
        maxAbsDifferenceLocal = LargestLocalDifference,
        local = new
        {
            encrypt = new { one = LocalOne.Times.Steady.Encrypt, testSet = LocalAll.Times.Steady.Encrypt },
            infer = new { one = LocalOne.Times.Steady.Infer, testSet = LocalAll.Times.Steady.Infer },
            decrypt = new { one = LocalOne.Times.Steady.Decrypt, testSet = LocalAll.Times.Steady.Decrypt },
            total = new { one = LocalOne.Times.Steady.Total, testSet = LocalAll.Times.Steady.Total },
            one = Json(LocalOne),
            testSet = Json(LocalAll),
        },
        remote = new
        {
            encrypt = new { one = RemoteOne.Times.Steady.Encrypt, testSet = RemoteAll.Times.Steady.Encrypt },
            infer = new { one = RemoteOne.Times.Steady.Infer, testSet = RemoteAll.Times.Steady.Infer },
            decrypt = new { one = RemoteOne.Times.Steady.Decrypt, testSet = RemoteAll.Times.Steady.Decrypt },
            total = new { one = RemoteOne.EndToEnd, testSet = RemoteAll.EndToEnd },
            one = Json(RemoteOne),
            testSet = Json(RemoteAll),
            week = RemoteWeek is { } week ? Json(week) : null,
        },
        bytes = new
        {
            keys = LocalAll.Bytes.Keys,
            keysOfAllJobs = KeyBytes,
            upload = RemoteAll.UploadBytes,
            uploadPerWindow = RemoteAll.UploadBytes / (double)Windows,
            result = RemoteAll.ResultBytes,
            one = new { upload = RemoteOne.UploadBytes, result = RemoteOne.ResultBytes },
            ciphertext = RemoteAll.Circuit.CiphertextBytes,
            nodeMemory = new { now = NodeMemory.Now, most = NodeMemory.Most },
        },
        seconds = new { train = TrainSeconds, keygen = KeyGenerationSeconds, sendKeys = KeyUploadSeconds, total = TotalSeconds },
        paper = new
        {
            source = PaperFigures.Source,
            mse = PaperFigures.Mse,
            mae = PaperFigures.Mae,
            mape = PaperFigures.Mape,
            local = Json(PaperFigures.Local),
            remote = Json(PaperFigures.Remote),
            bytes = PaperFigures.VectorBytes,
        },
    };

    private void WriteErrors(FarmConsole console)
    {
        console.Line();
        new TextTable(Text($"Table 2: errors of {Windows:N0} test windows"), "paper, both", "ciphertext", "clear", "same as last time")
            .Add("MSE", Text($"{PaperFigures.Mse}"), Text($"{Cipher.Mse:G5}"), Text($"{Clear.Mse:G5}"), Text($"{Naive.Mse:G5}"))
            .Add("MAE", Text($"{PaperFigures.Mae}"), Text($"{Cipher.Mae:G5}"), Text($"{Clear.Mae:G5}"), Text($"{Naive.Mae:G5}"))
            .Add("MAPE %", Text($"{PaperFigures.Mape}"), Text($"{Cipher.Mape:F2}"), Text($"{Clear.Mape:F2}"), Text($"{Naive.Mape:F2}"))
            .Write(console);
        console.Line(Text($"Largest difference between ciphertext and clear, over every test window: {LargestDifference:E2} through the node, {LargestLocalDifference:E2} in this process (predicted: at most {RemoteAll.Circuit.Plan.PredictedError:E2})."));
        console.Line("Errors of different herds are not comparable: the paper's stand here because its table has them.");
    }

    private void WriteTimes(FarmConsole console)
    {
        console.Line();
        var table = new TextTable("Table 3: seconds", "paper, one", "one window", "first run", "predicted", "paper, test set", "test set", "first run", "predicted");
        Add("local", PaperFigures.Local, (LocalOne.Times, LocalOne.Predicted), (LocalAll.Times, LocalAll.Predicted));
        Add("remote", PaperFigures.Remote, (RemoteOne.Times, RemoteOne.Predicted), (RemoteAll.Times, RemoteAll.Predicted));
        table.Add("remote, end to end", Seconds(PaperFigures.Remote.Total), Seconds(RemoteOne.EndToEnd), Seconds(RemoteOne.FirstEndToEnd), "",
            Seconds(PaperFigures.Remote.Total * PaperFigures.TestWindows), Seconds(RemoteAll.EndToEnd), Seconds(RemoteAll.FirstEndToEnd), "");
        table.Write(console);
        console.Line(Text($"One window and the test set of {Windows:N0}; the paper's test set is {PaperFigures.TestWindows:N0} times its one window. Ours are steady states: medians of {LocalAll.Times.Runs} runs after a first one, which stands beside."));
        console.Line("Local is this process on all its cores, without bytes in between. Remote is a node, a process of its own on this machine, over HTTPS and SignalR: encryption until it has "
            + "stored every ciphertext, inference from the request until the last result was pushed; end to end has the requests for plan and keys too.");
        console.Line("Predicted is computing alone, by what this machine was measured at before: what a remote step takes beyond that is the way there and back, through HTTPS, storage and SignalR.");
        if (RemoteWeek is { } week)
            console.Line(Text($"The next yield of {week.Forecasts.Length} animals, {Herd.TimePoints} time points each, through the node ({week.Circuit.Form}): {week.EndToEnd:G3} s from clear windows to decrypted forecasts; {week.FirstEndToEnd:G3} s the first time."));
        console.Line(Text($"Keys are made and sent once: {KeyGenerationSeconds:F3} s and {KeyUploadSeconds:F3} s. The node computed for {RemoteAll.EvaluationSeconds:F4} s on the test set."));
        console.Line(Text($"Forms: {RemoteOne.Circuit.Form} for one window, {RemoteAll.Circuit.Form} for the test set ({RemoteAll.Batches} batch{(RemoteAll.Batches == 1 ? "" : "es")} of {RemoteAll.Circuit.Plan.InputCiphertexts} ciphertexts)."));

        void Add(string where, PaperSeconds paper, (PaperTimes Times, PaperSeconds Predicted) one, (PaperTimes Times, PaperSeconds Predicted) all)
        {
            foreach (var (name, step) in Steps)
            {
                table.Add($"{where} {name}", Seconds(step(paper)), Seconds(step(one.Times.Steady)), Seconds(step(one.Times.First)), Seconds(step(one.Predicted)),
                    Seconds(step(paper.Times(PaperFigures.TestWindows))), Seconds(step(all.Times.Steady)), Seconds(step(all.Times.First)), Seconds(step(all.Predicted)));
            }
        }
    }

    private void WriteBytes(FarmConsole console)
    {
        var (plan, circuit) = (RemoteAll.Circuit.Plan, RemoteAll.Circuit);
        var numbers = plan.SlotCount * plan.Form.Strips;
        console.Line();
        new TextTable("Table 4: bytes", "paper", "here")
            .Add("an encrypted vector", Text($"{PaperFigures.VectorBytes:N0}"), Text($"{circuit.CiphertextBytes:N0}"))
            .Add("numbers in it", Text($"{PaperFigures.VectorSlots:N0}"), Text($"{numbers:N0}"))
            .Add("bytes a number", Text($"{(double)PaperFigures.VectorBytes / PaperFigures.VectorSlots:F0}"), Text($"{(double)circuit.CiphertextBytes / numbers:F0}"))
            .Add("upload, one window", "", Text($"{RemoteOne.UploadBytes:N0}"))
            .Add("upload, test set", "", Text($"{RemoteAll.UploadBytes:N0}"))
            .Add("upload, a window of the test set", "", Text($"{RemoteAll.UploadBytes / (double)Windows:F0}"))
            .Add("result, test set", "", Text($"{RemoteAll.ResultBytes:N0}"))
            .Add("keys for the test set, once", "", Text($"{LocalAll.Bytes.Keys:N0}"))
            .Write(console);
        console.Line(Text($"The paper's N is 16384; here N = {plan.PolynomialDegree} with primes of {{{string.Join(", ", plan.ModulusBits)}}} bits, {plan.ModulusBits.Sum()} in all: 128-bit security by the 2024 table."));
    }

    private static object Json(PaperSeconds seconds) => new { encrypt = seconds.Encrypt, infer = seconds.Infer, decrypt = seconds.Decrypt };

    private static object Json(PaperLocalJob job) => new
    {
        encrypt = job.Times.Steady.Encrypt,
        infer = job.Times.Steady.Infer,
        decrypt = job.Times.Steady.Decrypt,
        runs = job.Times.Runs,
        first = Json(job.Times.First),
        predicted = Json(job.Predicted),
        form = job.Circuit.Plan.Form.ToString(),
        batches = job.Batches,
        keygen = job.KeySeconds,
    };

    private static object Json(PaperRemoteJob job) => new
    {
        encrypt = job.Times.Steady.Encrypt,
        infer = job.Times.Steady.Infer,
        decrypt = job.Times.Steady.Decrypt,
        endToEnd = job.EndToEnd,
        evaluate = job.EvaluationSeconds,
        runs = job.Times.Runs,
        first = Json(job.Times.First),
        firstEndToEnd = job.FirstEndToEnd,
        predicted = Json(job.Predicted),
        windows = job.Forecasts.Length,
        form = job.Circuit.Form,
        batches = job.Batches,
    };

    private static string Seconds(double seconds) => seconds >= 100 ? Text($"{seconds:N0}") : Text($"{seconds:G3}");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
