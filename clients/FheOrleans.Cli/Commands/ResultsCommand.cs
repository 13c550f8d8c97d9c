using System.CommandLine;
using System.Globalization;
using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Keys;

namespace FheOrleans.Cli;

/// <summary><c>farm results</c>: fetches what came while this machine was away, and shows forecasts.</summary>
internal static class ResultsCommand
{
    public static Command Create(FarmConsole console)
    {
        var inference = new Option<string?>("--inference")
        {
            Description = "Show this one in full. Defaults to a list of all.",
            HelpName = "id",
        };
        var offline = new Option<bool>("--offline")
        {
            Description = "Show what is here, and ask the node for nothing. Needs no passphrase.",
        };
        var csv = SharedOptions.Csv();
        var (home, passphrase) = (SharedOptions.Home(), SharedOptions.PassphraseFile());
        var command = new Command(
            "results", "Fetch and decrypt what came since the last time, and show forecasts.\n\nExamples:\n  farm results\n  farm results --inference i-4f2a --csv forecasts.csv\n  farm results --inference i-4f2a --offline --json")
        {
            inference, offline, csv, home, passphrase,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(offline))
            {
                using var folder = SharedOptions.OpenHome(parsed.GetValue(home), passphraseFile: null);
                Show(console, folder, parsed.GetValue(inference), parsed.GetValue(csv));
                return Faults.Success;
            }
            await using var session = FarmSession.Open(parsed.GetValue(home), parsed.GetValue(passphrase));
            using var flow = new ForecastWorkflow(session.Node, session.Home);
            await flow.CatchUpAsync(cancellation);
            Show(console, session.Home, parsed.GetValue(inference), parsed.GetValue(csv));
            return Faults.Success;
        });
        return command;
    }

    private static DateTime FileTime(FarmHome home, string inference) => File.GetLastWriteTimeUtc(Path.Combine(home.Folder, "forecasts", inference + ".json"));

    private static void Show(FarmConsole console, FarmHome home, string? inference, string? csv)
    {
        if (csv is not null && inference is null) throw new UsageException("--csv writes one forecast: name it with --inference. 'farm results' lists all.");
        if (inference is not null)
        {
            var forecast = home.ReadForecast(inference)
                ?? throw new FarmHomeException($"There is no forecast '{inference}' in this home. 'farm results' lists them.");
            ForecastTable.Write(console, home, forecast);
            if (csv is not null) ForecastTable.WriteCsv(console, home, forecast, csv);
            console.WriteJson(ForecastTable.Json(home, forecast));
            return;
        }
        // In the order in which they came: the newest is the one that is looked for.
        var all = home.Forecasts().OrderBy(id => FileTime(home, id)).Select(id => home.ReadForecast(id)!).ToArray();
        if (all.Length == 0)
        {
            console.Line("There are no forecasts yet. Run 'farm predict'.");
        }
        else
        {
            var table = new TextTable("inference", "state", "parts", "dataset", "on");
            foreach (var forecast in all)
            {
                table.Add(forecast.Inference, forecast.State.ToString(), $"{forecast.Read.Count}/{forecast.Parts}", forecast.Dataset,
                    FileTime(home, forecast.Inference).ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture));
            }
            table.Write(console);
            console.Line($"Show one: farm results --inference {all[^1].Inference}");
        }
        console.WriteJson(new { forecasts = all.Select(forecast => new { inference = forecast.Inference, state = ForecastTable.StateName(forecast), parts = forecast.Parts, read = forecast.Read.Count, dataset = forecast.Dataset }) });
    }
}
