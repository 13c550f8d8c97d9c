using System.CommandLine;
using FheOrleans.Client.Herds;

namespace FheOrleans.Cli;

/// <summary><c>farm wrangle</c>: makes windows of a file of records.</summary>
internal static class WrangleCommand
{
    public static Command Create(FarmConsole console)
    {
        var file = new Argument<string>("file")
        {
            Description = "CSV file, plain or gzip: one heading row, then one row for each animal and time point.",
        };
        var name = new Option<string>("--name")
        {
            Description = "What to call the herd here.",
            DefaultValueFactory = _ => "herd",
            HelpName = "name",
        };
        var (columns, farmColumn, farm, window, animals, home) =
            (SharedOptions.Columns(), SharedOptions.FarmColumn(), SharedOptions.Farm(), SharedOptions.Window(),
                SharedOptions.MinimumAnimals(), SharedOptions.Home());
        var command = new Command(
            "wrangle",
            "Make windows of herd records: never across animals or gaps, scaled by the training part, split by time. Nothing leaves this machine.\n\n"
            + "Examples:\n"
            + "  farm wrangle weekly.csv\n"
            + "  farm wrangle testday.csv.gz --farm FR000001 --columns gap=45\n"
            + "  farm wrangle mine.csv --columns animal=cow,time=day,target=milk,numeric=fat,ln1p(cells),categorical=breed,gap=1")
        {
            file, name, columns, farmColumn, farm, window, animals, home,
        };
        command.SetAction(parsed =>
        {
            var options = SharedOptions.Wrangling(
                parsed.GetValue(columns), parsed.GetValue(farmColumn), parsed.GetValue(farm), parsed.GetValue(window),
                parsed.GetValue(animals));
            var herd = HerdReader.Read(parsed.GetValue(file)!, options);
            using var folder = SharedOptions.OpenHome(parsed.GetValue(home), passphraseFile: null);
            var path = folder.HerdPath(parsed.GetValue(name)!);
            WrangledHerdFile.Save(path, herd);
            HerdSummary.Write(console, herd);
            console.Line($"Kept as herd '{parsed.GetValue(name)}' in {path}.");
            console.Line($"Next: farm train{SharedOptions.Unless("herd", "--herd", parsed.GetValue(name)!)}");
            console.WriteJson(HerdSummary.Json(herd));
            return Faults.Success;
        });
        return command;
    }
}
