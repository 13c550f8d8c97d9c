using System.Globalization;

namespace FheOrleans.House.Tests.Deploy;

/// <summary>How long a process may take to stop, by its command line: whoever starts it must wait longer before killing it.</summary>
internal static class StopTime
{
    // docs/node.md, "How it stops": 15 s for what is under way, beside --drain; and what no clock is kept for.
    private const int Requests = 15;
    private const int Margin = 5;

    public static int Needed(IEnumerable<string> arguments)
    {
        var words = arguments.SelectMany(argument => argument.Split('=')).ToArray();
        var at = Array.IndexOf(words, "--drain");
        return Requests + Margin + (at < 0 ? 0 : int.Parse(words[at + 1], CultureInfo.InvariantCulture));
    }
}
