using System.CommandLine;
using System.Globalization;
using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Live;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Cli;

/// <summary><c>farm append</c>: encrypts what is new in a file and appends it to a live forecast, which it begins if there is none.</summary>
internal static class AppendCommand
{
    private const string Automatic = "auto";

    public static Command Create(FarmConsole console)
    {
        var file = new Argument<string>("file") { Description = "Records as CSV, plain or gzip: one week's rows, or all of them with the new ones among them." };
        var subscription = LiveOptions.Subscription();
        var herd = new Option<string>("--herd")
        {
            Description = "The wrangled herd whose columns and scaling the forecast uses from its beginning on.",
            DefaultValueFactory = _ => "herd",
            HelpName = "name",
        };
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
        var points = new Option<int?>("--points")
        {
            Description = "The most points to begin with, the last ones of the file. Defaults to one window, after which forecasts come.",
            HelpName = "number",
        };
        var form = new Option<string>("--form")
        {
            Description = "How the animals of a point lie in ciphertexts, from the beginning on: live-packed, one ciphertext for a small herd; live, one for each input; "
                + "auto takes live-packed where it has room for a third more animals than the file's largest point has.",
            DefaultValueFactory = _ => Automatic,
        };
        form.AcceptOnlyFromAmong(Automatic, CircuitForm.Live.ToString(), CircuitForm.LivePacked.ToString());
        var accept = SharedOptions.AcceptInputs();
        var (farm, home, passphrase) = (SharedOptions.Farm(), SharedOptions.Home(), SharedOptions.PassphraseFile());
        var command = new Command(
            "append",
            "Append what is new in a file to a live forecast, one encrypted time point for the whole herd; the node answers each with a new forecast ('farm watch'). "
            + "The first time it subscribes and appends the file's last window. Cut off half-way, the same command goes on where it stopped.\n\n"
            + "Examples:\n  farm append weekly.csv\n  farm append this-week.csv --json\n  farm append weekly.csv --model public/weekly@2 --subscription north")
        {
            file, subscription, herd, network, model, points, form, accept, farm, home, passphrase,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var session = FarmSession.Open(parsed.GetValue(home), parsed.GetValue(passphrase));
            var id = parsed.GetValue(subscription)!;
            var (appended, bytes) = await StageDisplay.RunAsync(console, async progress =>
            {
                using var flow = new LiveWorkflow(session.Node, session.Home, progress);
                if (session.Home.ReadLive(id) is null)
                {
                    using var forecasts = new ForecastWorkflow(session.Node, session.Home, progress);
                    var (reference, version) = parsed.GetValue(model) is { } other
                        ? await session.ResolveAsync(other, cancellation)
                        : await forecasts.PublishAsync(parsed.GetValue(network)!, cancellation) is var own ? (own.Model, own.Version) : default;
                    await flow.SubscribeAsync(id, parsed.GetValue(herd)!, reference, version, parsed.GetValue(farm),
                        parsed.GetValue(form) == Automatic ? null : CircuitForm.Parse(parsed.GetValue(form)!), parsed.GetValue(file), parsed.GetValue(accept), cancellation);
                }
                return (await flow.AppendAsync(id, parsed.GetValue(file)!, parsed.GetValue(points), cancellation), flow.BytesSent);
            });
            var live = session.Home.ReadLive(id)!;
            var plan = CircuitPlan.FromJson(live.Plans[live.Version]);
            if (appended.Count > 0 && appended[0].Point == 1)
                console.Line($"'{id}' begins in the form {plan.Form}: places for {plan.WindowsPerBatch} animals, {plan.InputCiphertexts} ciphertext{(plan.InputCiphertexts == 1 ? "" : "s")} a point.");
            var full = appended.Count == 0 ? 0 : appended[^1].Windows.Count;
            console.Line(appended.Count == 0
                ? $"Nothing new for '{id}': its last point is {live.Appended}."
                : string.Create(CultureInfo.InvariantCulture, $"Appended {appended.Count} point{(appended.Count == 1 ? "" : "s")} to '{id}', the last is {live.Appended} of {LiveText.Time(appended[^1].Time, appended[^1].TimeIsCalendar)}; {full} of {live.Places.Count} animals have a full window. Sent {bytes:N0} bytes."));
            if (full > 0) console.Line("Next: farm watch");
            console.WriteJson(new { subscription = id, model = live.Model, version = live.Version, form = plan.Form.ToString(), appended = appended.Select(point => point.Point), lastPoint = live.Appended, animals = live.Places.Count, fullWindows = full, bytes });
            return Faults.Success;
        });
        return command;
    }
}
