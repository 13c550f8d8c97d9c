using System.CommandLine;
using System.Globalization;
using FheOrleans.Client.Forecasts;

namespace FheOrleans.Cli;

/// <summary><c>farm upload</c>: makes keys, encrypts windows and uploads both.</summary>
internal static class UploadCommand
{
    public static Command Create(FarmConsole console)
    {
        var herd = new Option<string>("--herd")
        {
            Description = "The wrangled herd.",
            DefaultValueFactory = _ => "herd",
            HelpName = "name",
        };
        var part = new Option<string>("--part")
        {
            Description = "Which windows: latest (each animal's last, to forecast what comes), or test, validation, training.",
            DefaultValueFactory = _ => "latest",
        };
        part.AcceptOnlyFromAmong("latest", "test", "validation", "training");
        var network = new Option<string>("--network")
        {
            Description = "A network of this home, published as this farm's own model.",
            DefaultValueFactory = _ => "network",
            HelpName = "name",
        };
        var model = new Option<string?>("--model")
        {
            Description = "Somebody else's model instead: publisher/model or public/model, with @version for another than the newest.",
            HelpName = "reference",
        };
        var dataset = new Option<string?>("--dataset")
        {
            Description = "The dataset's id. Defaults to one made of its content, so that the same again uploads nothing.",
            HelpName = "id",
        };
        var accept = SharedOptions.AcceptInputs();
        var (form, home, passphrase) = (SharedOptions.Form(), SharedOptions.Home(), SharedOptions.PassphraseFile());
        var command = new Command(
            "upload",
            "Make the keys a model needs, encrypt windows for it, and upload. Cut off half-way, the same command goes on where it stopped.\n\n"
            + "Examples:\n  farm upload\n  farm upload --part test --form herd\n  farm upload --model adviser/weekly@3")
        {
            herd, part, network, model, dataset, accept, form, home, passphrase,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var session = FarmSession.Open(parsed.GetValue(home), parsed.GetValue(passphrase));
            var (workflow, upload, circuit) = await StageDisplay.RunAsync(console, async progress =>
            {
                using var flow = new ForecastWorkflow(session.Node, session.Home, progress);
                var (reference, version) = parsed.GetValue(model) is { } other
                    ? await session.ResolveAsync(other, cancellation)
                    : await flow.PublishAsync(parsed.GetValue(network)!, cancellation) is var own ? (own.Model, own.Version) : default;
                var (record, chosen) = await flow.UploadAsync(
                    parsed.GetValue(herd)!, parsed.GetValue(part)!, reference, version, SharedOptions.FormOf(parsed.GetValue(form)),
                    parsed.GetValue(dataset), parsed.GetValue(accept), cancellation);
                return (flow, record, chosen);
            });
            // What it costs to compute is for whoever asks; how it is encrypted is for everybody.
            console.Line(console.IsVerbose ? circuit.Report.TrimEnd() : $"Encrypted with {circuit.Parameters}, 128-bit security; --verbose shows the circuit's whole plan.");
            console.Line(string.Create(
                CultureInfo.InvariantCulture,
                $"Dataset '{upload.Dataset}' is on the node: {upload.Windows:N0} windows in {upload.Batches} batch{(upload.Batches == 1 ? "" : "es")}, form {circuit.Form}, encrypted under key set '{upload.KeySet}'. Sent {workflow.KeyBytes:N0} bytes of keys and {workflow.UploadBytes:N0} of ciphertexts."));
            console.Line($"Next: farm predict --dataset {upload.Dataset}");
            console.WriteJson(new
            {
                dataset = upload.Dataset,
                keySet = upload.KeySet,
                model = upload.Model,
                version = upload.Version,
                windows = upload.Windows,
                batches = upload.Batches,
                layout = circuit.Form,
                bytes = new { keys = workflow.KeyBytes, upload = workflow.UploadBytes },
            });
            return Faults.Success;
        });
        return command;
    }
}
