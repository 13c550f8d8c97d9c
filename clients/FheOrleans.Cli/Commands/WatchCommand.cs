using System.CommandLine;
using System.Globalization;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Live;
using FheOrleans.Client.Nodes;

namespace FheOrleans.Cli;

/// <summary><c>farm watch</c>: shows live forecasts as they come.</summary>
internal static class WatchCommand
{
    private const int LongestTable = 40;

    public static Command Create(FarmConsole console)
    {
        var subscription = new Option<string?>("--subscription") { Description = "One live forecast only. Defaults to all of this farm's.", HelpName = "id" };
        var count = new Option<int?>("--count") { Description = "Stop after this many forecasts. Defaults to going on until Ctrl+C.", HelpName = "number" };
        var (home, passphrase) = (SharedOptions.Home(), SharedOptions.PassphraseFile());
        var command = new Command(
            "watch",
            "Show live forecasts as they come, decrypted here. Nothing is missed and nothing shown twice, whether the node is restarted or this command. "
            + "With --json one object a line, as they come.\n\n"
            + "Examples:\n  farm watch\n  farm watch --json | jq .forecasts\n  farm watch --count 1 --subscription north")
        {
            subscription, count, home, passphrase,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            // A node may be away for as long as it takes: who watches is patient, and asks more and more seldom.
            await using var session = FarmSession.Open(parsed.GetValue(home), parsed.GetValue(passphrase), new NodeClientOptions { ReconnectFor = TimeSpan.MaxValue });
            if (session.Home.LiveSubscriptions().Count == 0) throw new FarmHomeException("This home has no live forecast yet. Begin one with 'farm append'.");
            using var flow = new LiveWorkflow(session.Node, session.Home);
            var left = parsed.GetValue(count) ?? int.MaxValue;
            if (left <= 0) return Faults.Success;
            try
            {
                await foreach (var news in flow.WatchAsync(parsed.GetValue(subscription), cancellation))
                {
                    Show(console, news);
                    console.WriteJson(Json(news));
                    session.Home.WriteShown(news.Sequence);
                    if (news.Read is not null && --left == 0) break;
                }
            }
            catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
            {
                // Ctrl+C is how one stops watching.
            }
            return Faults.Success;
        });
        return command;
    }

    private static void Show(FarmConsole console, LiveNews news)
    {
        if (news.Read is not { Forecast: { } forecast } point)
        {
            console.Line($"'{news.Subscription}', point {news.Point}: {news.Fault}");
            return;
        }
        console.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"'{news.Subscription}', point {point.Point} of {LiveText.Time(point.Time, point.TimeIsCalendar)}, version {forecast.Version}: {point.Windows.Count} animals, computed in {forecast.EvaluationSeconds * 1000:F0} ms"));
        var table = new TextTable("animal", "last record", "last kg", "forecast kg");
        foreach (var (window, kilograms) in point.Windows.Zip(forecast.Kilograms).Take(LongestTable))
        {
            table.Add(
                window.Animal, LiveText.Time(window.LastTime, point.TimeIsCalendar), window.LastKilograms.ToString("F1", CultureInfo.InvariantCulture),
                kilograms.ToString("F1", CultureInfo.InvariantCulture));
        }
        table.Write(console);
        if (point.Windows.Count > LongestTable) console.Line($"and {point.Windows.Count - LongestTable} more; --json has all.");
    }

    private static object Json(LiveNews news) => new
    {
        sequence = news.Sequence,
        subscription = news.Subscription,
        point = news.Point,
        version = news.Version,
        fault = news.Fault,
        time = news.Read is { } dated ? LiveText.Time(dated.Time, dated.TimeIsCalendar) : null,
        evaluationSeconds = news.Read?.Forecast?.EvaluationSeconds,
        published = news.Read?.Forecast?.Published,
        forecasts = news.Read is not { Forecast: { } forecast } point ? null : point.Windows.Zip(forecast.Kilograms).Select(pair => new
        {
            animal = pair.First.Animal,
            lastRecord = LiveText.Time(pair.First.LastTime, point.TimeIsCalendar),
            lastKilograms = pair.First.LastKilograms,
            forecastKilograms = pair.Second,
        }),
    };
}
