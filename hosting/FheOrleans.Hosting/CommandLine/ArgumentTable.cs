using System.Globalization;
using System.Text;

namespace FheOrleans.Hosting;

/// <summary>A command line as one table: what is read, what is checked and what <c>--help</c> prints are the same rows.</summary>
/// <typeparam name="TOptions">What the command line says; immutable.</typeparam>
/// <param name="rows">The options, in the order of the help.</param>
/// <param name="faultsOf">All that is wrong with options as a whole, one sentence each.</param>
public sealed class ArgumentTable<TOptions>(IReadOnlyList<Argument<TOptions>> rows, Func<TOptions, IReadOnlyList<string>> faultsOf)
{
    /// <summary>The rows as the help has them, a line each.</summary>
    public string Help
    {
        get
        {
            var help = new StringBuilder();
            foreach (var row in rows) help.Append(CultureInfo.InvariantCulture, $"  {row.Name + " " + row.Value,-20} {row.Meaning}\n");
            return help.ToString();
        }
    }

    /// <summary>Reads the command line and checks it.</summary>
    /// <param name="options">The defaults.</param>
    /// <param name="arguments">The arguments, without the program's name.</param>
    /// <returns>The options, and all that is wrong with them at once; the options are good when that is empty.</returns>
    public (TOptions Options, IReadOnlyList<string> Faults) Read(TOptions options, IReadOnlyList<string> arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var faults = new List<string>();
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, text) = Split(arguments[i]);
            if (rows.FirstOrDefault(candidate => candidate.Name == name) is not { } row)
            {
                faults.Add($"'{name}' is not an option; the nearest is '{Nearest(name)}'.");
                continue;
            }
            if (row.Value is not null && text is null)
            {
                if (i + 1 == arguments.Count || arguments[i + 1].StartsWith("--", StringComparison.Ordinal))
                {
                    faults.Add($"{name} needs a value: {row.Value}, {row.Meaning}.");
                    continue;
                }
                text = arguments[++i];
            }
            else if (row.Value is null && text is not null)
            {
                faults.Add($"{name} takes no value.");
                continue;
            }
            try
            {
                options = row.Apply(options, text ?? "");
            }
            catch (FormatException fault)
            {
                faults.Add($"{name}: {fault.Message}");
            }
        }
        faults.AddRange(faultsOf(options));
        return (options, faults);
    }

    private static (string Name, string? Value) Split(string argument)
    {
        var equals = argument.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? (argument, null) : (argument[..equals], argument[(equals + 1)..]);
    }

    private string Nearest(string name) => rows.MinBy(candidate => Distance(candidate.Name, name))!.Name;

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
}
