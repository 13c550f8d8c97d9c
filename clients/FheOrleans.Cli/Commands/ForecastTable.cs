using System.Globalization;
using System.Text;
using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Herds;
using FheOrleans.Client.Keys;

namespace FheOrleans.Cli;

/// <summary>Shows a decrypted forecast: each animal's next yield beside its last, or the errors where the truth is known.</summary>
internal static class ForecastTable
{
    private const int LongestTable = 40;

    public static string StateName(ForecastRecord forecast) => forecast.State.ToString().ToLowerInvariant();

    public static void Write(FarmConsole console, FarmHome home, ForecastRecord forecast)
    {
        console.Line($"Inference '{forecast.Inference}': {StateName(forecast)}, {forecast.Read.Count} of {forecast.Parts} parts read.{(forecast.Failure is null ? "" : " " + forecast.Failure)}");
        if (forecast.State != ForecastState.Completed) return;
        var (herd, part, scaling) = Windows(home, forecast);
        if (herd.IsSimulated) console.Line("The records are SIMULATED.");
        if (part.TargetKilograms is not null)
        {
            var network = ForecastErrors.OfNormalized([.. forecast.Normalized.Select(value => value!.Value)], part, scaling);
            var naive = ForecastErrors.OfNaive(part, scaling);
            ErrorTable.Write(console, ("network, encrypted", network), ("same as last time", naive));
            console.Line(ErrorTable.Verdict(network, naive));
            return;
        }
        var table = new TextTable("animal", "last record", "last kg", "forecast kg");
        for (var i = 0; i < Math.Min(part.Count, LongestTable); i++)
        {
            table.Add(
                herd.Animals[part.Animal[i]], Time(herd, part.LastTime[i]),
                part.LastKilograms[i].ToString("F1", CultureInfo.InvariantCulture),
                scaling.ToKilograms(forecast.Normalized[i]!.Value).ToString("F1", CultureInfo.InvariantCulture));
        }
        table.Write(console);
        if (part.Count > LongestTable) console.Line($"and {part.Count - LongestTable} more; farm results --inference {forecast.Inference} --csv FILE writes all.");
    }

    /// <summary>Writes a completed forecast for a spreadsheet: a row for each window, decimal points, UTF-8 with its mark.</summary>
    /// <exception cref="FarmHomeException">It is not complete.</exception>
    public static void WriteCsv(FarmConsole console, FarmHome home, ForecastRecord forecast, string path)
    {
        if (forecast.State != ForecastState.Completed)
            throw new FarmHomeException($"Inference '{forecast.Inference}' is {StateName(forecast)}, so there is nothing to write yet.");
        var (herd, part, scaling) = Windows(home, forecast);
        var text = new StringBuilder("animal,last_record,last_kg,forecast_kg\n");
        for (var i = 0; i < part.Count; i++)
        {
            var kilograms = scaling.ToKilograms(forecast.Normalized[i]!.Value);
            text.Append(CultureInfo.InvariantCulture, $"{Quoted(herd.Animals[part.Animal[i]])},{Time(herd, part.LastTime[i])},{part.LastKilograms[i]:0.###},{kilograms:0.###}\n");
        }
        File.WriteAllText(path, text.ToString(), Encoding.UTF8);
        console.Line($"Wrote {part.Count:N0} forecasts to {path}.");
    }

    // A name that a spreadsheet would take for a formula stays a name.
    private static string Quoted(string name) => $"\"{(name[0] is '=' or '+' or '-' or '@' ? "'" : "")}{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    public static object Json(FarmHome home, ForecastRecord forecast)
    {
        object? forecasts = null;
        if (forecast.State == ForecastState.Completed)
        {
            var (herd, part, scaling) = Windows(home, forecast);
            forecasts = Enumerable.Range(0, part.Count).Select(i => new
            {
                animal = herd.Animals[part.Animal[i]],
                lastRecord = Time(herd, part.LastTime[i]),
                lastKilograms = part.LastKilograms[i],
                forecastKilograms = scaling.ToKilograms(forecast.Normalized[i]!.Value),
            });
        }
        return new
        {
            inference = forecast.Inference,
            dataset = forecast.Dataset,
            state = StateName(forecast),
            parts = forecast.Parts,
            failure = forecast.Failure,
            evaluationSeconds = forecast.EvaluationSeconds,
            resultBytes = forecast.ResultBytes,
            forecasts,
        };
    }

    private static (WrangledHerd, HerdPart, MinMaxScaling) Windows(FarmHome home, ForecastRecord forecast)
    {
        var (upload, herd) = home.ReadUploaded(forecast.Dataset);
        return (herd, herd.PartOf(upload.Part), upload.Scaling ?? herd.Scaling);
    }

    private static string Time(WrangledHerd herd, double time) => herd.TimeIsCalendar
        ? DateOnly.FromDayNumber((int)time).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : time.ToString(CultureInfo.InvariantCulture);
}
