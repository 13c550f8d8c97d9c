using System.Globalization;
using FheOrleans.Client.Forecasts;

namespace FheOrleans.Cli;

/// <summary>Errors of forecasts side by side, and what they say.</summary>
internal static class ErrorTable
{
    public static void Write(FarmConsole console, params (string Name, ForecastErrors Errors)[] rows)
    {
        var table = new TextTable("test windows", "MSE", "MAE", "MAE kg", "MAPE %", "R2");
        foreach (var (name, errors) in rows)
        {
            table.Add(
                name, Text($"{errors.Mse:G5}"), Text($"{errors.Mae:G5}"), Text($"{errors.MaeKilograms:F3}"), Text($"{errors.Mape:F2}"),
                Text($"{errors.R2:F3}"));
        }
        table.Write(console);
    }

    /// <summary>How the network stands against the naive forecast, whatever the answer, by each of the three errors.</summary>
    public static string Verdict(ForecastErrors network, ForecastErrors naive)
    {
        if (naive.Mae == 0) return "The yields do not change at all, so 'same as last time' is always right.";
        (string Name, double Network, double Naive)[] errors = [("MAE", network.Mae, naive.Mae), ("MSE", network.Mse, naive.Mse),
            ("MAPE", network.Mape, naive.Mape)];
        var better = errors.Count(error => error.Network < error.Naive);
        var details = string.Join(", ", errors.Select(error => Text($"{error.Name} {100 * Math.Abs(error.Network / error.Naive - 1):F1} % {(error.Network < error.Naive ? "lower" : "higher")}")));
        return better switch
        {
            3 => $"The network is better than 'same as last time': {details}.",
            0 => $"The network is NOT better than 'same as last time': {details}.",
            _ => $"The network is not clearly better than 'same as last time': {details}.",
        };
    }

    public static object Json(ForecastErrors errors) => new { mse = errors.Mse, mae = errors.Mae, mape = errors.Mape, r2 = errors.R2, maeKilograms = errors.MaeKilograms };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
