using System.Globalization;
using System.Text;

namespace FheOrleans.Silo.Options;

/// <summary>The node's command line, as one table: what is read, what is checked and what <c>--help</c> prints are the same rows.</summary>
internal static class NodeArguments
{
    private static readonly Argument[] Table =
    [
        new("--data", "DIR", "folder of the certificate, the operator's token and the database (required)", (options, text) => options with { Data = text }),
        new("--url", "URL", "where to listen; port 0 takes a free one (https://127.0.0.1:0)", (options, text) => options with { Url = ReadUrl(text) }),
        new("--workers", "N", "threads that evaluate circuits (number of processors)", (options, text) => options with { Workers = ReadInt(text) }),
        new("--body-memory", "MIB", "memory for request bodies, all together (64)", (options, text) => options with { BodyMemoryMebibytes = ReadInt(text) }),
        new("--connections", "N", "connections open at once (256)", (options, text) => options with { Connections = ReadInt(text) }),
        new("--log", "LEVEL", "Trace, Debug, Information, Warning, Error, Critical or None (Information)", (options, text) => options with { Log = ReadOneOf<LogLevel>(text, "log level") }),
        new("--log-format", "FORMAT", "json or text (json)", (options, text) => options with { LogFormat = ReadOneOf<LogFormat>(text, "log format") }),
        new("--key-cache", "MIB", "expanded evaluation keys kept ready (512)", (options, text) => options with { KeyCacheMebibytes = ReadInt(text) }),
        new("--idle", "SECONDS", "how long a grain stays in memory unused (900)", (options, text) => options with { Idle = ReadSeconds(text) }),
        new("--drain", "SECONDS", "how long running parts may go on when the node stops (15)", (options, text) => options with { Drain = ReadSeconds(text) }),
        new("--otlp", "URL", "collector of metrics and traces, OTLP over HTTP (none)", (options, text) => options with { Otlp = ReadUrl(text) }),
        new("--otlp-period", "SECONDS", "how often metrics are sent (15)", (options, text) => options with { OtlpPeriod = ReadSeconds(text) }),
        new("--stop-with-parent", null, "stop when standard input ends", (options, _) => options with { StopWithParent = true }),
    ];

    /// <summary>What <c>--help</c> prints.</summary>
    public static string Help
    {
        get
        {
            var help = new StringBuilder("FheOrleans node: evaluates networks on encrypted data.\n\n  dotnet FheOrleans.Silo.dll --data DIR [options]\n\n");
            foreach (var argument in Table)
                help.Append(CultureInfo.InvariantCulture, $"  {argument.Name + " " + argument.Value,-20} {argument.Meaning}\n");
            return help.ToString();
        }
    }

    /// <summary>Reads the command line and checks it.</summary>
    /// <param name="arguments">The arguments, without the program's name.</param>
    /// <returns>The options, and all that is wrong with them at once; the options are good when that is empty.</returns>
    public static (NodeOptions Options, IReadOnlyList<string> Faults) Read(IReadOnlyList<string> arguments)
    {
        var options = new NodeOptions { Data = "" };
        var faults = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, text) = Split(arguments[i]);
            if (Table.FirstOrDefault(candidate => candidate.Name == name) is not { } argument)
            {
                faults.Add($"'{name}' is not an option; the nearest is '{Nearest(name)}'.");
                continue;
            }
            if (argument.Value is not null && text is null)
            {
                if (i + 1 == arguments.Count || arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
                {
                    faults.Add($"{name} needs a value: {argument.Value}, {argument.Meaning}.");
                    continue;
                }
                text = arguments[++i];
            }
            else if (argument.Value is null && text is not null)
            {
                faults.Add($"{name} takes no value.");
                continue;
            }
            try
            {
                options = argument.Apply(options, text ?? "");
            }
            catch (FormatException fault)
            {
                faults.Add($"{name}: {fault.Message}");
            }
        }
        faults.AddRange(options.Faults());
        return (options, faults);
    }

    private static (string Name, string? Value) Split(string argument)
    {
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (argument, null) : (argument[..equals], argument[(equals + 1)..]);
    }

    private static Uri ReadUrl(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) ? url : throw new FormatException($"'{text}' is not an address; expected https://host:port.");

    private static int ReadInt(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) ? value : throw new FormatException($"'{text}' is not a whole number.");

    private static TimeSpan ReadSeconds(string text) => TimeSpan.FromSeconds(ReadInt(text));

    private static TEnum ReadOneOf<TEnum>(string text, string what)
        where TEnum : struct, Enum =>
        Enum.GetNames<TEnum>().FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name
            ? Enum.Parse<TEnum>(name)
            : throw new FormatException($"'{text}' is not a {what}; expected {string.Join(", ", Enum.GetNames<TEnum>())}.");

    private static string Nearest(string name) => Table.MinBy(candidate => Distance(candidate.Name, name))!.Name;

    // Levenshtein's distance, one row at a time.
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (left[i - 1] == right[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }
        return row[right.Length];
    }

    private sealed record Argument(string Name, string? Value, string Meaning, Func<NodeOptions, string, NodeOptions> Apply);
}
