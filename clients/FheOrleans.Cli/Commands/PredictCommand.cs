using System.CommandLine;
using System.Globalization;
using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Keys;

namespace FheOrleans.Cli;

/// <summary><c>farm predict</c>: has the node compute on an uploaded dataset, and decrypts what it pushes.</summary>
internal static class PredictCommand
{
    public static Command Create(FarmConsole console)
    {
        var dataset = new Option<string?>("--dataset") { Description = "The dataset. Defaults to the one uploaded last.", HelpName = "id" };
        var model = new Option<string?>("--model")
        {
            Description = "Another model than the one it was encrypted for: publisher/model or public/model, with @version for another than the newest. It must have the same plan.",
            HelpName = "reference",
        };
        var inference = new Option<string?>("--inference")
        {
            Description = "The inference's id; an id used before goes on waiting for that one. Defaults to a new one.",
            HelpName = "id",
        };
        var csv = SharedOptions.Csv();
        var (home, passphrase) = (SharedOptions.Home(), SharedOptions.PassphraseFile());
        var command = new Command(
            "predict", "Have the node compute on encrypted data, and decrypt the forecasts it pushes. Keys and data that are on the node are not sent again.\n\nExamples:\n  farm predict\n  farm predict --csv forecasts.csv\n  farm predict --dataset herd-0a1b2c3d4e5f --json")
        {
            dataset, model, inference, csv, home, passphrase,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var session = FarmSession.Open(parsed.GetValue(home), parsed.GetValue(passphrase));
            var data = parsed.GetValue(dataset) ?? LastUpload(session.Home);
            var id = parsed.GetValue(inference) ?? $"i-{Guid.NewGuid():N}"[..22];
            var forecast = await StageDisplay.RunAsync(console, async progress =>
            {
                using var flow = new ForecastWorkflow(session.Node, session.Home, progress);
                (string, int)? reference = parsed.GetValue(model) is { } other ? await session.ResolveAsync(other, cancellation) : null;
                return await flow.PredictAsync(data, id, reference, cancellation);
            });
            ForecastTable.Write(console, session.Home, forecast);
            if (parsed.GetValue(csv) is { } path) ForecastTable.WriteCsv(console, session.Home, forecast, path);
            console.WriteJson(ForecastTable.Json(session.Home, forecast));
            return Faults.Success;
        });
        return command;
    }

    private static string LastUpload(FarmHome home) => home.Uploads()
        .OrderByDescending(id => File.GetLastWriteTimeUtc(Path.Combine(home.Folder, "uploads", id + ".json")).ToString("O", CultureInfo.InvariantCulture), StringComparer.Ordinal)
        .FirstOrDefault() ?? throw new FarmHomeException("Nothing was uploaded from this home yet. Run 'farm upload' first.");
}
