using System.CommandLine;
using System.Globalization;
using FheOrleans.Client.Live;

namespace FheOrleans.Cli;

/// <summary><c>farm live</c>: what live forecasts this farm has, and what becomes of them.</summary>
internal static class LiveCommand
{
    public static Command Create(FarmConsole console) => new(
        "live", "List live forecasts, go over to another version of their model, or end them.\n\nExamples:\n  farm live list\n  farm live upgrade --version 3\n  farm live end --subscription north")
    {
        List(console), Upgrade(console), End(console),
    };

    private static Command List(FarmConsole console)
    {
        var (home, passphrase) = (SharedOptions.Home(), SharedOptions.PassphraseFile());
        var command = new Command("list", "This farm's live forecasts and where they are.\n\nExamples:\n  farm live list\n  farm live list --json") { home, passphrase };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var session = FarmSession.Open(parsed.GetValue(home), parsed.GetValue(passphrase));
            var table = new TextTable("subscription", "model", "version", "newest", "points", "forecast", "animals", "state");
            var all = new List<object>();
            foreach (var id in session.Home.LiveSubscriptions())
            {
                var live = session.Home.ReadLive(id)!;
                var there = await session.Node.GetSubscriptionAsync(id, cancellation);
                var newest = (await session.Node.GetModelAsync(live.Model, cancellation)).Versions.Max(version => version.Version);
                table.Add(
                    id, live.Model, Number(there.Declaration.Version), Number(newest), Number(there.Appended), Number(there.Computed), Number(live.Places.Count),
                    there.Failure ?? (there.Computed < there.WindowPoints ? $"forecasts from point {there.FirstForecast} on" : "forecasting"));
                all.Add(new { subscription = id, model = live.Model, version = there.Declaration.Version, newest, appended = there.Appended, computed = there.Computed, firstForecast = there.FirstForecast, animals = live.Places.Count, failure = there.Failure });
            }
            if (all.Count == 0) console.Line("There are no live forecasts yet. Run 'farm append'.");
            else table.Write(console);
            console.WriteJson(new { subscriptions = all });
            return Faults.Success;
        });
        return command;
    }

    private static Command Upgrade(FarmConsole console)
    {
        var subscription = LiveOptions.Subscription();
        var version = new Option<int?>("--version") { Description = "The version. Defaults to the model's newest.", HelpName = "number" };
        var (home, passphrase) = (SharedOptions.Home(), SharedOptions.PassphraseFile());
        var command = new Command(
            "upgrade", "Go over to another version of the model. The node computes its state anew from the last window of points, which it has kept; nothing is uploaded.\n\n"
            + "Examples:\n  farm live upgrade --version 2")
        {
            subscription, version, home, passphrase,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var session = FarmSession.Open(parsed.GetValue(home), parsed.GetValue(passphrase));
            using var flow = new LiveWorkflow(session.Node, session.Home);
            var id = parsed.GetValue(subscription)!;
            var wanted = parsed.GetValue(version);
            if (wanted is null && session.Home.ReadLive(id) is { } live) (_, wanted) = await session.ResolveAsync(live.Model, cancellation);
            var there = await flow.UpgradeAsync(id, wanted ?? 1, cancellation);
            console.Line($"'{id}' forecasts by version {there.Declaration.Version} of {there.Declaration.Model}, from point {there.FirstForecast} on.");
            console.WriteJson(new { subscription = id, version = there.Declaration.Version, firstForecast = there.FirstForecast, appended = there.Appended });
            return Faults.Success;
        });
        return command;
    }

    private static Command End(FarmConsole console)
    {
        var subscription = LiveOptions.Subscription();
        var forget = new Option<bool>("--forget") { Description = "Delete its forecasts and receipts here as well." };
        var (home, passphrase) = (SharedOptions.Home(), SharedOptions.PassphraseFile());
        var command = new Command(
            "end", "End a live forecast: on the node its points, state and results are deleted. Its forecasts and receipts stay in the farm's folder, and 'farm verify' goes on checking "
            + "them.\n\nExamples:\n  farm live end\n  farm live end --forget") { subscription, forget, home, passphrase };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var session = FarmSession.Open(parsed.GetValue(home), parsed.GetValue(passphrase));
            using var flow = new LiveWorkflow(session.Node, session.Home);
            await flow.EndAsync(parsed.GetValue(subscription)!, parsed.GetValue(forget), cancellation);
            console.Line(parsed.GetValue(forget)
                ? $"'{parsed.GetValue(subscription)}' is ended and deleted, on the node and here."
                : $"'{parsed.GetValue(subscription)}' is ended and deleted on the node; its forecasts and receipts stay here.");
            console.WriteJson(new { subscription = parsed.GetValue(subscription), ended = true });
            return Faults.Success;
        });
        return command;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
