using System.Text.Json;

namespace FheOrleans.Load;

/// <summary>What a run found: lines for people, one object for programs, and whether it was good.</summary>
internal sealed record Report(string Text, object Facts, bool IsGood)
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    /// <summary>Writes it and gives the exit code: 0 when it was good, 1 when not.</summary>
    public static async Task<int> WriteAsync(bool asJson, Task<Report> running)
    {
        var report = await running;
        Console.WriteLine(report.Text);
        if (asJson) Console.WriteLine(JsonSerializer.Serialize(report.Facts, Json));
        return report.IsGood ? 0 : 1;
    }

    /// <summary>Says how a run goes, on the error stream.</summary>
    public static void Say(FormattableString text) => Console.Error.WriteLine($"{DateTime.UtcNow:HH:mm:ss} {FormattableString.Invariant(text)}");
}
