using System.CommandLine;
using System.Globalization;

namespace FheOrleans.Cli;

/// <summary>Options of the commands about live forecasts.</summary>
internal static class LiveOptions
{
    public static Option<string> Subscription() => new("--subscription")
    {
        Description = "The live forecast, where this farm has several.",
        DefaultValueFactory = _ => "live",
        HelpName = "id",
    };
}

/// <summary>How live forecasts are written for people.</summary>
internal static class LiveText
{
    public static string Time(double time, bool isCalendar) => isCalendar
        ? DateOnly.FromDayNumber((int)time).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)
        : time.ToString(CultureInfo.InvariantCulture);
}
