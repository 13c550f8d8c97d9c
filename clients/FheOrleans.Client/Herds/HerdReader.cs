using FheOrleans.Client.Simulation;

namespace FheOrleans.Client.Herds;

/// <summary>From a file of herd records to windows.</summary>
public static class HerdReader
{
    /// <summary>Reads a CSV file, plain or gzip, and wrangles it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Which columns, which farm, how long a window.</param>
    /// <exception cref="HerdException">The file cannot be used; the message says where and what to do.</exception>
    /// <exception cref="IOException">The file cannot be opened.</exception>
    public static WrangledHerd Read(string path, WranglingOptions options)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(options);
        using var csv = HerdCsv.Open(path);
        return Wrangle(csv, Path.GetFileName(path), options);
    }

    /// <summary>Reads CSV from a stream and wrangles it.</summary>
    /// <param name="stream">UTF-8 text, not compressed; it is disposed.</param>
    /// <param name="label">What the records are called in reports.</param>
    /// <param name="options">Which columns, which farm, how long a window.</param>
    /// <exception cref="HerdException">The records cannot be used; the message says where and what to do.</exception>
    public static WrangledHerd Read(Stream stream, string label, WranglingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var csv = HerdCsv.Read(stream);
        return Wrangle(csv, label, options);
    }

    private static WrangledHerd Wrangle(HerdCsv csv, string label, WranglingOptions options)
    {
        var recognised = HerdPresets.Recognise([.. csv.Headings]);
        var columns = options.Columns is { } text
            ? HerdColumns.Parse(text, recognised)
            : recognised ?? throw new UnknownHerdFormatException(csv.Headings);
        var isSimulated = csv.Headings.Contains(SimulatedHerd.AnimalHeading);
        return Wrangler.Wrangle(csv.ReadAll(columns, options.Farm), isSimulated ? SimulatedHerd.Label : label, isSimulated, options);
    }
}
