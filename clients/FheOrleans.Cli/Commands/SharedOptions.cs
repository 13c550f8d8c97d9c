using System.CommandLine;
using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Herds;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Nodes;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Cli;

/// <summary>Options that several commands take, each described once.</summary>
internal static class SharedOptions
{
    public const string PassphraseVariable = "FARM_PASSPHRASE", HomeVariable = "FARM_HOME";

    private const string Automatic = "auto";

    /// <summary>The options that every command takes.</summary>
    public const string JsonName = "--json", VerboseName = "--verbose";

    public static Option<bool> Json() => new(JsonName)
    {
        Description = "Write one JSON object as the last line of the output, and everything else to the error stream.",
    };

    public static Option<bool> Verbose() => new(VerboseName) { Description = "Show more: a circuit's whole plan, a node's log, on an error the whole exception." };

    public static Option<string?> Home() => new("--home")
    {
        Description = $"The farm's folder. Defaults to ${HomeVariable}, or .farm in your own folder.",
        HelpName = "folder",
    };

    public static Option<string?> PassphraseFile() => new("--passphrase-file")
    {
        Description = $"File whose first line is the passphrase. Defaults to ${PassphraseVariable}; without either, you are asked.",
        HelpName = "file",
    };

    public static Option<string?> Columns() => new("--columns")
    {
        Description = "Which column means what: animal=cow,time=week,target=milk_kg,numeric=fat_pct,ln1p(scc),categorical=breed,gap=1. "
            + "Also farm=, run= (what a window may not cross, such as the lactation), target-gap=, target-same=, order=calendar|run, "
            + "dates=dmy for 31.1.2024 or dates=mdy for 1/31/2024. "
            + "Functions: ln1p(x), positive(x) (0 is 'not measured'), month(date). Known files need none; keys given replace theirs.",
        HelpName = "mapping",
    };

    public static Option<string?> Farm() => new("--farm")
    {
        Description = "Take one farm only from a file of several (see farm= in --columns). Defaults to all.",
        HelpName = "name",
    };

    public static Option<string?> FarmColumn() => new("--farm-column")
    {
        Description = "Heading of the farm's name: short for --columns farm=...",
        HelpName = "heading",
    };

    public static Option<string?> Csv() => new("--csv")
    {
        Description = "Write the whole forecast to a CSV file too, for a spreadsheet.",
        HelpName = "file",
    };

    public static Option<bool> AcceptInputs() => new("--accept-inputs")
    {
        Description = "The herd's inputs are the model's, in their order, though their names differ.",
    };

    public static Option<int> Window() => new("--window")
    {
        Description = "Points in a window; the target comes on top.",
        DefaultValueFactory = _ => 20,
        HelpName = "points",
    };

    public static Option<int> MinimumAnimals() => new("--minimum-animals")
    {
        Description = "Refuse records of fewer animals.",
        DefaultValueFactory = _ => 2,
        HelpName = "number",
    };

    public static Option<int> Epochs() => new("--epochs")
    {
        Description = "Passes over the training windows; the weights with the best validation error are kept.",
        DefaultValueFactory = _ => 300,
        HelpName = "number",
    };

    public static Option<int> Starts() => new("--starts")
    {
        Description = "Times training is begun anew with other weights; the start with the best validation error is kept.",
        DefaultValueFactory = _ => 3,
        HelpName = "number",
    };

    public static Option<int> BatchSize() => new("--batch-size")
    {
        Description = "Windows averaged for one training step. The paper's 3 matters: with 32 its network stays near the mean.",
        DefaultValueFactory = _ => 3,
        HelpName = "number",
    };

    public static Option<double> LearningRate() => new("--learning-rate")
    {
        Description = "Adam's step size.",
        DefaultValueFactory = _ => 0.001,
        HelpName = "number",
    };

    public static Option<ulong> Seed() => new("--seed")
    {
        Description = "Draws weights, the order of training, and a simulated herd. Keys are always random.",
        DefaultValueFactory = _ => 1,
        HelpName = "number",
    };

    public static Option<string> Network()
    {
        var option = new Option<string>("--network")
        {
            Description = "What to train: the paper's network, a linear model, or squared units beside a linear path.",
            DefaultValueFactory = _ => "paper",
        };
        option.AcceptOnlyFromAmong([.. NetworkDesign.Names]);
        return option;
    }

    public static Option<string> Form()
    {
        var option = new Option<string>("--form", "--layout")
        {
            Description = "How windows lie in ciphertexts and how they are computed on: auto (the node chooses by the job's size), series, herd, "
                + "polyphase-4-complex and others (docs/circuits.md).",
            DefaultValueFactory = _ => Automatic,
            HelpName = "form",
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is var text && text != Automatic && !CircuitForm.TryParse(text, out _))
                result.AddError($"There is no form '{text}'. Forms are {Automatic}, series, herd, herd-keyless, polyphase-4 and others: series and polyphase-2 to -64 also with -complex, all but herd-keyless also with -fast.");
        });
        return option;
    }

    /// <summary>The form named; null to have it chosen.</summary>
    public static CircuitForm? FormOf(string? text) => text is null or Automatic ? null : CircuitForm.Parse(text);

    /// <summary>The node that <c>--node</c> and <c>--certificate</c> name.</summary>
    /// <exception cref="UsageException">They name none.</exception>
    public static NodeAddress AddressOf(string node, string certificate)
    {
        var hash = certificate.StartsWith("sha256:", StringComparison.OrdinalIgnoreCase) ? certificate : "sha256:" + certificate;
        return NodeAddress.TryParse($"{node} {hash}", out var address) ? address : throw new UsageException(
            "--node takes https://host:port, or several separated by commas, and --certificate sha256: with 64 hexadecimal digits. Copy both from what the node printed.");
    }

    /// <summary>How records become windows: <c>--columns</c>, with <c>--farm-column</c> put in.</summary>
    public static WranglingOptions Wrangling(string? columns, string? farmColumn, string? farm, int window, int minimumAnimals)
    {
        if (window is < 1 or > 512) throw new UsageException($"--window is {window}; it takes 1 to 512.");
        if (minimumAnimals < 1) throw new UsageException($"--minimum-animals is {minimumAnimals}; it takes 1 or more.");
        var mapping = farmColumn is null ? columns : columns is null ? $"farm={farmColumn}" : $"{columns},farm={farmColumn}";
        return new() { Columns = mapping, Farm = farm, TimePoints = window, MinimumAnimals = minimumAnimals };
    }

    /// <summary>Opens the farm's home; the passphrase is asked for when it is first needed.</summary>
    public static FarmHome OpenHome(string? folder, string? passphraseFile, bool isNew = false)
    {
        var path = folder ?? Environment.GetEnvironmentVariable(HomeVariable) ?? FarmHome.DefaultFolder;
        return new(path, () => GetPassphrase(passphraseFile, isNew));
    }

    /// <summary>An option for the next command's line; nothing where the value is the one it has by itself.</summary>
    public static string Unless(string usual, string option, string value) => value == usual ? "" : $" {option} {value}";

    private static Passphrase GetPassphrase(string? file, bool isNew)
    {
        if (file is not null) return Passphrase.FromFile(file);
        if (Environment.GetEnvironmentVariable(PassphraseVariable) is { Length: > 0 } text) return Passphrase.From(text);
        if (!FarmConsole.CanAsk) throw new UsageException($"A passphrase is needed and nobody can be asked. Set {PassphraseVariable} or give --passphrase-file.");
        var typed = FarmConsole.AskSecret("Passphrase of this farm's secrets:");
        if (isNew && FarmConsole.AskSecret("The same again:") != typed) throw new UsageException("The two passphrases differ. Run the command again.");
        return Passphrase.From(typed);
    }
}
