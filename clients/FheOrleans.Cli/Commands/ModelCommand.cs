using System.CommandLine;
using System.Globalization;
using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Nodes;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Cli;

/// <summary><c>farm model</c>: publish networks, and see which models there are and what they need.</summary>
internal static class ModelCommand
{
    public static Command Create(FarmConsole console) => new(
        "model",
        "Publish networks as models, list those this farm may use, show what each needs, and delete one's own.\n\n"
        + "Examples:\n  farm model publish weekly --network network --visibility tenant\n  farm model list\n  farm model show public/weekly@2\n  farm predict --model public/weekly@2")
    {
        Publish(console), List(console), Show(console), Delete(console),
    };

    private static Command Publish(FarmConsole console)
    {
        var name = new Argument<string>("name") { Description = "The model's name." };
        var network = new Option<string>("--network") { Description = "A network of this home.", DefaultValueFactory = _ => "network", HelpName = "name" };
        var visibility = new Option<string>("--visibility")
        {
            Description = "Who may use it, all versions of it: owner (this farm only), tenant (the co-operative), public (everybody on the node, as public/NAME).",
            DefaultValueFactory = _ => "owner",
        };
        visibility.AcceptOnlyFromAmong("owner", "tenant", "public");
        var (home, passphrase) = (SharedOptions.Home(), SharedOptions.PassphraseFile());
        var command = new Command(
            "publish",
            "Publish a network as the model's next version. Its weights are on the node in the clear; nobody gets them back. Where it is "
            + "shared, the names of its inputs and the smallest, largest and mean value each had in training go with it: others' records are "
            + "scaled by them. A new version changes nothing for those who use an old one.\n\n"
            + "Examples:\n  farm model publish weekly --network network --visibility tenant")
        {
            name, network, visibility, home, passphrase,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var session = FarmSession.Open(parsed.GetValue(home), parsed.GetValue(passphrase));
            var who = Enum.Parse<ModelVisibility>(parsed.GetValue(visibility)!, ignoreCase: true);
            var read = session.Home.ReadNetwork(parsed.GetValue(network)!);
            // Whoever shares a model shares what its inputs are: others' records cannot be scaled as it expects without.
            var json = who == ModelVisibility.Owner ? ModelInputs.Published(read) : read.ToJson();
            var published = await session.Node.PublishModelAsync(parsed.GetValue(name)!, json, who, cancellation);
            console.Line($"Network '{parsed.GetValue(network)}' is version {published.Version} of model '{published.Model}', for {parsed.GetValue(visibility)}.");
            if (who != ModelVisibility.Owner && !read.Inputs.IsEmpty)
            {
                console.Line("Its inputs went with it, with the smallest, largest and mean value each had in training: "
                    + $"{string.Join(", ", read.Inputs.Select(input => input.Name))}.");
            }
            console.WriteJson(new { model = published.Model, version = published.Version, visibility = parsed.GetValue(visibility) });
            return Faults.Success;
        });
        return command;
    }

    private static Command List(FarmConsole console)
    {
        var (home, passphrase) = (SharedOptions.Home(), SharedOptions.PassphraseFile());
        var command = new Command("list", "The models this farm may use: its own, those its co-operative shares, and public ones.\n\nExamples:\n  farm model list\n  farm model list --json") { home, passphrase };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var session = FarmSession.Open(parsed.GetValue(home), parsed.GetValue(passphrase));
            var models = (await session.Node.GetModelsAsync(cancellation)).Models;
            var table = new TextTable("model", "version", "for", "published", "network");
            foreach (var model in models)
            {
                table.Add(
                    model.Model, model.Newest.Version.ToString(CultureInfo.InvariantCulture), Word(model.Visibility),
                    model.Newest.Published.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Line(model.Newest.Summary));
            }
            if (models.Count == 0) console.Line("There are no models yet. Publish one with 'farm model publish'.");
            else table.Write(console);
            console.WriteJson(new { models = models.Select(model => new { model = model.Model, version = model.Newest.Version, visibility = Word(model.Visibility), published = model.Newest.Published, network = model.Newest.Summary }) });
            return Faults.Success;
        });
        return command;
    }

    private static Command Show(FarmConsole console)
    {
        var reference = new Argument<string>("model") { Description = "publisher/model or public/model, with @version for another than the newest." };
        var (home, passphrase) = (SharedOptions.Home(), SharedOptions.PassphraseFile());
        var command = new Command("show", "A model's versions, and what its circuits need: ring, primes, keys and bytes, for forecasts of a history, of the latest windows, and live.\n\nExamples:\n  farm model show public/weekly@2")
        {
            reference, home, passphrase,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var session = FarmSession.Open(parsed.GetValue(home), parsed.GetValue(passphrase));
            var (model, version) = await session.ResolveAsync(parsed.GetValue(reference)!, cancellation);
            var description = await session.Node.GetModelAsync(model, cancellation);
            var chosen = description.Versions.FirstOrDefault(item => item.Version == version)
                ?? throw new UsageException($"Model '{model}' has no version {version}; its versions are {string.Join(", ", description.Versions.Select(item => item.Version))}.");
            console.Line($"Model '{model}', for {Word(description.Visibility)}. Version {version} of {description.Versions.Count}, published {chosen.Published:yyyy-MM-dd}.");
            console.Line(chosen.Summary);
            var needs = new List<object>();
            await InputsAsync(console, session.Node, model, version, cancellation);
            foreach (var form in new[] { CircuitForm.Series, CircuitForm.Herd, CircuitForm.Live, CircuitForm.LivePacked }) needs.Add(await NeedsAsync(console, session.Node, model, version, form, cancellation));
            console.WriteJson(new { model, version, visibility = Word(description.Visibility), versions = description.Versions.Select(item => item.Version), network = chosen.Summary, needs });
            return Faults.Success;
        });
        return command;
    }

    private static Command Delete(FarmConsole console)
    {
        const string OfAll = "public/";
        var name = new Argument<string>("name") { Description = "The name of one of this farm's models, or public/NAME of one that it has published for everybody." };
        var (home, passphrase) = (SharedOptions.Home(), SharedOptions.PassphraseFile());
        var command = new Command(
            "delete", "Delete a model with all its versions from the node. Inferences and live forecasts that use it, others' too, fail at their next part or point and say why. The network "
            + "in the farm's folder stays.\n\nExamples:\n  farm model delete weekly\n  farm model delete public/weekly")
        {
            name, home, passphrase,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var session = FarmSession.Open(parsed.GetValue(home), parsed.GetValue(passphrase));
            var given = parsed.GetValue(name)!;
            var isPublic = given.StartsWith(OfAll, StringComparison.Ordinal);
            await session.Node.DeleteModelAsync(isPublic ? given[OfAll.Length..] : given, isPublic, cancellation);
            console.Line($"Model '{given}' is deleted from the node, with all its versions.");
            console.WriteJson(new { deleted = "model", id = given });
            return Faults.Success;
        });
        return command;
    }

    private static async Task InputsAsync(FarmConsole console, NodeClient node, string model, int version, CancellationToken cancellation)
    {
        CircuitPlan plan;
        try
        {
            plan = CircuitPlan.FromJson((await node.GetPlanAsync(model, version, CircuitForm.Series.ToString(), cancellation)).Plan);
        }
        catch (NodeRefusedException refused) when (refused.Type == ProblemTypes.InvalidPayload)
        {
            return; // It has no circuit of that form, which is said below.
        }
        if (plan.Inputs.IsEmpty) return;
        console.Line();
        var table = new TextTable("input", "smallest", "largest", "where never measured");
        foreach (var (name, smallest, largest, mean) in plan.Inputs) table.Add(name, Text(smallest), Text(largest), Text(mean));
        table.Write(console);

        static string Text(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
    }

    private static async Task<object> NeedsAsync(FarmConsole console, NodeClient node, string model, int version, CircuitForm form, CancellationToken cancellation)
    {
        console.Line();
        try
        {
            var answer = await node.GetPlanAsync(model, version, form.ToString(), cancellation);
            var plan = CircuitPlan.FromJson(answer.Plan);
            console.Line(answer.Report.TrimEnd());
            return new
            {
                form = form.ToString(),
                polynomialDegree = plan.PolynomialDegree,
                modulusBits = plan.ModulusBits,
                relinearizationKeys = plan.NeedsRelinearizationKeys,
                rotationSteps = plan.RotationSteps,
                timePoints = plan.TimePoints,
                features = plan.Features,
                predictedError = plan.PredictedError,
            };
        }
        catch (NodeRefusedException refused) when (refused.Type == ProblemTypes.InvalidPayload)
        {
            console.Line($"{form}: {refused.Detail}");
            return new { form = form.ToString(), refusal = refused.Detail };
        }
    }

    private static string Word(ModelVisibility visibility) => visibility.ToString().ToLowerInvariant();

    private static string Line(string summary) => summary.Split('\n') is [var first, .., var last] ? $"{first}; {last}" : summary;
}
