using System.Collections.Immutable;
using System.IO.Compression;
using System.Text.Json;
using FheOrleans.Client.Keys;
using FheOrleans.Networks;

namespace FheOrleans.Client.Herds;

/// <summary>Keeps wrangled records in one file, a zip archive that anybody can look into.</summary>
/// <remarks>
/// <c>herd.json</c> says what the records are; for each part (training, validation, test, latest) an entry <c>part.bin</c> holds, in
/// little-endian numbers: counts of windows and of points, then starts, animals, last times, last yields, targets (absent for
/// latest), points. The records are in the clear, so the file is readable by its owner only.
/// </remarks>
public static class WrangledHerdFile
{
    private const int FormatVersion = 1;
    private const string HeadName = "herd.json";
    private const int MaximumHeadBytes = 64 << 20;

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="herd">The records.</param>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, WrangledHerd herd)
    {
        ArgumentNullException.ThrowIfNull(herd);
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            var head = new Head(
                FormatVersion, herd.Label, herd.IsSimulated, herd.Columns.ToString(), herd.TimeIsCalendar, herd.TimePoints, herd.Animals,
                herd.Farms, herd.Rows,
                herd.RowsWithoutTarget, herd.Scaling);
            using (var entry = archive.CreateEntry(HeadName, CompressionLevel.Fastest).Open()) JsonSerializer.Serialize(entry, head);
            WritePart(archive, nameof(herd.Training), herd.Training);
            WritePart(archive, nameof(herd.Validation), herd.Validation);
            WritePart(archive, nameof(herd.Test), herd.Test);
            WritePart(archive, nameof(herd.Latest), herd.Latest);
        }
        OwnerOnlyFiles.Write(Path.GetFullPath(path), buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    /// <summary>Reads a file that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="WrangledHerdFormatException">It is damaged or another file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static WrangledHerd Load(string path)
    {
        using var stream = File.OpenRead(path);
        try
        {
            using var archive = new ZipArchive(stream, ZipArchiveMode.Read);
            var entry = Find(archive, HeadName);
            if (entry.Length > MaximumHeadBytes) throw new WrangledHerdFormatException("its description is too long");
            Head head;
            using (var text = entry.Open()) head = JsonSerializer.Deserialize<Head>(text) ?? throw new WrangledHerdFormatException("its description is empty");
            if (head.Version != FormatVersion) throw new WrangledHerdFormatException($"its version is {head.Version}, expected {FormatVersion}");
            return new()
            {
                Label = head.Label,
                IsSimulated = head.IsSimulated,
                Columns = HerdColumns.Parse(head.Columns),
                TimeIsCalendar = head.TimeIsCalendar,
                TimePoints = head.TimePoints,
                Animals = head.Animals,
                Farms = head.Farms,
                Rows = head.Rows,
                RowsWithoutTarget = head.RowsWithoutTarget,
                Scaling = head.Scaling,
                Training = ReadPart(archive, nameof(WrangledHerd.Training), head),
                Validation = ReadPart(archive, nameof(WrangledHerd.Validation), head),
                Test = ReadPart(archive, nameof(WrangledHerd.Test), head),
                Latest = ReadPart(archive, nameof(WrangledHerd.Latest), head),
            };
        }
        catch (Exception fault) when (fault is InvalidDataException or EndOfStreamException or JsonException or NetworkFormatException or ColumnMappingException)
        {
            throw new WrangledHerdFormatException("its content is damaged", fault);
        }
    }

    private static void WritePart(ZipArchive archive, string name, HerdPart part)
    {
        using var entry = archive.CreateEntry(EntryName(name), CompressionLevel.Fastest).Open();
        using var writer = new BinaryWriter(new BufferedStream(entry, 1 << 16));
        writer.Write(part.Count);
        writer.Write(part.Windows.Points.Length);
        writer.Write(part.TargetKilograms is not null);
        foreach (var start in part.Windows.WindowStarts) writer.Write(start);
        foreach (var animal in part.Animal) writer.Write(animal);
        foreach (var time in part.LastTime) writer.Write(time);
        foreach (var last in part.LastKilograms) writer.Write(last);
        foreach (var target in part.TargetKilograms ?? []) writer.Write(target);
        foreach (var point in part.Windows.Points) writer.Write(point);
    }

    private static HerdPart ReadPart(ZipArchive archive, string name, Head head)
    {
        var entry = Find(archive, EntryName(name));
        using var reader = new BinaryReader(new BufferedStream(entry.Open(), 1 << 16));
        var (windows, points, hasTargets) = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadBoolean());
        // The counts must be those of the entry's length, known from the archive, before anything is allocated by them.
        var expected = 9 + (long)windows * (hasTargets ? 32 : 24) + (long)points * 8;
        if (windows < 0 || points < 0 || entry.Length != expected) throw new WrangledHerdFormatException($"part '{name}' has {entry.Length} bytes where its counts say {expected}");

        int[] Integers(int count) => Enumerable.Range(0, count).Select(_ => reader.ReadInt32()).ToArray();
        double[] Numbers(int count) => Enumerable.Range(0, count).Select(_ => reader.ReadDouble()).ToArray();
        var (starts, animals, times, last) = (Integers(windows), Integers(windows), Numbers(windows), Numbers(windows));
        ImmutableArray<double>? targets = hasTargets ? [.. Numbers(windows)] : null;
        if (animals.Any(animal => animal < 0 || animal >= head.Animals.Length)) throw new WrangledHerdFormatException($"part '{name}' names an animal that is not there");
        return new()
        {
            Windows = new(Numbers(points), head.Scaling.Features, head.TimePoints, starts, targets is { } known
                ? [.. known.Select(head.Scaling.NormalizeTarget)] : null),
            Animal = [.. animals],
            LastTime = [.. times],
            LastKilograms = [.. last],
            TargetKilograms = targets,
        };
    }

    private static ZipArchiveEntry Find(ZipArchive archive, string name) =>
        archive.GetEntry(name) ?? throw new WrangledHerdFormatException($"it has no entry '{name}'");

    private static string EntryName(string part) => part.ToLowerInvariant() + ".bin";

    private sealed record Head(
        int Version, string Label, bool IsSimulated, string Columns, bool TimeIsCalendar, int TimePoints, ImmutableArray<string> Animals,
        int Farms, int Rows,
        int RowsWithoutTarget, MinMaxScaling Scaling);
}
