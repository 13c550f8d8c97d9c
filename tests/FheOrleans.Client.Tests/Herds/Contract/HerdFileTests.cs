using System.IO.Compression;
using System.Text;
using FheOrleans.Client.Herds;

namespace FheOrleans.Client.Tests.Herds.Contract;

/// <summary>Files as spreadsheets write them: the same records, whatever the letters, separators, decimal signs and dates.</summary>
public sealed class HerdFileTests : IDisposable
{
    private const string Columns = "animal=Kuh,time=Woche,target=Milch kg,gap=7";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Encodings() => ["utf-8", "utf-8 with mark", "utf-16", "latin-1", "utf-8 gzip", "latin-1 gzip"];

    [Theory, MemberData(nameof(Encodings))]
    public void Read_AnyEncoding_KeepsNamesApart(string name)
    {
        var text = "Kuh;Woche;Milch kg\n"
            + Rows((cow, day) => $"B{"äü"[cow]}rbel;{Day(day):yyyy-MM-dd};{20 + cow},5");
        var encoding = name.StartsWith("latin", StringComparison.Ordinal) ? Encoding.Latin1
            : name == "utf-16" ? Encoding.Unicode : new UTF8Encoding(name == "utf-8 with mark");
        byte[] bytes = [.. encoding.GetPreamble(), .. encoding.GetBytes(text)];

        var herd = Read(name.EndsWith("gzip", StringComparison.Ordinal) ? Compressed(bytes) : bytes);

        Assert.Equal(["Bärbel", "Bürbel"], herd.Animals.AsEnumerable());
    }

    [Theory]
    [InlineData(";", "yyyy-MM-dd", "ymd", ".")]
    [InlineData(";", "yyyy-MM-dd", "ymd", ",")]
    [InlineData("\t", "dd.MM.yyyy", "dmy", ",")]
    [InlineData(",", "d.M.yyyy", "dmy", ".")]
    [InlineData(";", "dd'/'MM'/'yyyy", "dmy", ",")]
    [InlineData(",", "M'/'d'/'yyyy", "mdy", ".")]
    public void Read_AnyCountrysWay_GivesTheSameWindows(string separator, string date, string order, string sign)
    {
        var plain = Read(Bytes(",", "yyyy-MM-dd", "."));
        var other = Read(Bytes(separator, date, sign), $"{Columns},dates={order}");

        Assert.Equal([.. plain.Training.TargetKilograms!.Value], other.Training.TargetKilograms!.Value.ToArray());
        Assert.Equal([.. plain.Latest.LastTime], other.Latest.LastTime.ToArray());
        // What is kept with the herd reads the next week's file the same way.
        Assert.Equal(other.Columns, HerdColumns.Parse(other.Columns.ToString()));
    }

    [Fact]
    public void Read_PointsAndCommasInOneFile_IsRefused()
    {
        var fault = Assert.Throws<HerdCellException>(() => Read(Encoding.UTF8.GetBytes("Kuh;Woche;Milch kg\na;1;1.5\na;2;1,5\n")));
        Assert.Equal((3L, CellFault.TwoDecimalSigns), (fault.Row, fault.Fault));
        Assert.Equal(CellFault.NotANumber, Assert.Throws<HerdCellException>(() => Read(Encoding.UTF8.GetBytes("Kuh;Woche;Milch kg\na;1;1.234,5\n"))).Fault);
    }

    private WrangledHerd Read(byte[] bytes, string columns = Columns)
    {
        File.WriteAllBytes(_folder["herd.csv"], bytes);
        return HerdReader.Read(_folder["herd.csv"], new() { Columns = columns });
    }

    private static byte[] Bytes(string separator, string date, string sign) => Encoding.UTF8.GetBytes(Records($"Kuh{separator}Woche{separator}Milch kg", (cow, day) =>
        FormattableString.Invariant($"c{cow}{separator}{Day(day).ToString(date, System.Globalization.CultureInfo.InvariantCulture)}{separator}{20 + cow}{sign}{day % 10}"), days: 80));

    private static string Records(string heading, Func<int, int, string> row, int days) => heading + "\n" + Rows(row, days);

    private static string Rows(Func<int, int, string> row, int days = 80) =>
        string.Concat(from cow in Enumerable.Range(0, 2) from day in Enumerable.Range(0, days) select row(cow, day) + "\n");

    private static DateOnly Day(int day) => new DateOnly(2024, 1, 1).AddDays(7 * day);

    private static byte[] Compressed(byte[] bytes)
    {
        using var file = new MemoryStream();
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest)) gzip.Write(bytes);
        return file.ToArray();
    }
}
