using System.Globalization;
using FheOrleans.Client.Herds;

namespace FheOrleans.Cli;

/// <summary>What a wrangled herd is, in a few lines.</summary>
internal static class HerdSummary
{
    public static void Write(FarmConsole console, WrangledHerd herd)
    {
        console.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{herd.Label}: {herd.Rows:N0} records of {herd.Animals.Length:N0} animals{(herd.Farms > 1 ? $" on {herd.Farms} farms" : "")}, {Left(herd)}{herd.Features} inputs."));
        if (herd.IsSimulated) console.Line("These records are SIMULATED: they show that everything works, not how well a network forecasts real cows.");
        console.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"Windows of {herd.TimePoints} + 1: {herd.Training.Count:N0} training, {herd.Validation.Count:N0} validation, {herd.Test.Count:N0} test; {herd.Latest.Count:N0} animals have a latest one."));
        // Where one ends at -999 or at 6,000 kg, records are wrong, and a person sees it.
        console.Line($"Inputs, smallest to largest in training: {string.Join(", ", Enumerable.Range(0, herd.Features).Select(i => Range(herd.Scaling, i)))}.");
    }

    private static string Range(MinMaxScaling scaling, int input) => string.Create(
        CultureInfo.InvariantCulture, $"{scaling.Names[input]} {scaling.Minimum[input]:0.##} to {scaling.Maximum[input]:0.##}");

    public static object Json(WrangledHerd herd) => new
    {
        label = herd.Label,
        simulated = herd.IsSimulated,
        records = herd.Rows,
        animals = herd.Animals.Length,
        farms = herd.Farms,
        features = herd.Features,
        timePoints = herd.TimePoints,
        windows = new
        {
            training = herd.Training.Count,
            validation = herd.Validation.Count,
            test = herd.Test.Count,
            latest = herd.Latest.Count
        },
        inputs = herd.Scaling.Names,
        columns = herd.Columns.ToString(),
    };

    private static string Left(WrangledHerd herd) =>
        herd.RowsWithoutTarget == 0 ? ""
            : string.Create(CultureInfo.InvariantCulture, $"{herd.RowsWithoutTarget:N0} more without a yield left out, ");
}
