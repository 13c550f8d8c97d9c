using System.IO.Compression;
using System.Text;
using FheOrleans.Client.Herds;

namespace FheOrleans.Client.Tests.Herds.Malformed;

public class BadHerdTests
{
    [Fact]
    public void Read_MissingColumn_SaysWhichAndTheNearest()
    {
        var fault = Assert.Throws<MissingColumnsException>(() => CsvText.Read("cow,week,milk_kg\na,1,20\n"));
        Assert.Equal(["milk"], fault.Missing);
        Assert.Equal(["cow", "week", "milk_kg"], fault.Found);
        Assert.Contains("'milk' (nearest: 'milk_kg')", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_UnknownHeadings_AsksForAMapping()
    {
        var fault = Assert.Throws<UnknownHerdFormatException>(() => CsvText.Read("dyr,uge,kg\n1,2,3\n", new()));
        Assert.Contains("animal=dyr,time=uge,target=kg", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OneColumn_DoesNotRepeatWhatStandsThere() =>
        Assert.DoesNotContain("word", Assert.Throws<UnknownHerdFormatException>(() => CsvText.Read("word\n", new())).Message, StringComparison.Ordinal);

    [Fact]
    public void Open_AFolderOrAWorkbook_SaysWhatToNameInstead()
    {
        var folder = Directory.CreateTempSubdirectory("farm-test").FullName;
        try
        {
            Assert.Contains("is a folder", Assert.Throws<NotCsvException>(() => HerdReader.Read(folder, new())).Message, StringComparison.Ordinal);
            foreach (var start in new byte[][] { [(byte)'P', (byte)'K', 3, 4, 0], [0xD0, 0xCF, 0x11, 0xE0, 0] })
            {
                File.WriteAllBytes(Path.Combine(folder, "book.csv"), start);
                var fault = Assert.Throws<NotCsvException>(() => HerdReader.Read(Path.Combine(folder, "book.csv"), new()));
                Assert.Contains("CSV UTF-8", fault.Message, StringComparison.Ordinal);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Theory]
    [InlineData("a,1,much\n", 2, "milk", CellFault.NotANumber)]
    [InlineData("a,1,20\na,2,\"21,5\"\n", 3, "milk", CellFault.NotANumber)]
    [InlineData("a,1,NaN\n", 2, "milk", CellFault.NotFinite)]
    [InlineData("a,1,20\n\na,2,1e999\n", 4, "milk", CellFault.NotFinite)]
    [InlineData("a,,20\n", 2, "week", CellFault.Empty)]
    [InlineData(",1,20\n", 2, "cow", CellFault.Empty)]
    [InlineData("a,1\n", 2, "milk", CellFault.Absent)]
    [InlineData("a,1,20\na,2,21,5\n", 3, "milk", CellFault.Surplus)]
    [InlineData("a,31.1.2024,20\n", 2, "week", CellFault.NotADate)]
    [InlineData("a,1,20\na,second,20\n", 3, "week", CellFault.NotANumber)]
    [InlineData("a,2024-01-01,20\na,2024-13-01,20\n", 3, "week", CellFault.NotADate)]
    public void Read_BadCell_SaysRowColumnAndWhatIsWrong(string rows, long row, string column, CellFault what)
    {
        var fault = Assert.Throws<HerdCellException>(() => CsvText.Read("cow,week,milk\n" + rows, new() { Columns = "animal=cow,time=week,target=milk" }));
        Assert.Equal((row, column, what), (fault.Row, fault.Column, fault.Fault));
        // A cell's content is the farm's own: it stays out of messages.
        Assert.DoesNotContain("much", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("second", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_UnclosedQuotation_SaysTheRow() =>
        Assert.Equal((3L, CellFault.BadQuotation), Assert.Throws<HerdCellException>(() => CsvText.Read("cow,week,milk\na,1,20\n\"a,2,20\n")) is var fault ? (fault.Row, fault.Fault) : default);

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("cow,week,milk\n")]
    [InlineData("cow,week,milk\na,1,\na,2,NA\n")]
    public void Read_NothingToRead_SaysSo(string text) => Assert.Throws<EmptyHerdException>(() => CsvText.Read(text));

    [Fact]
    public void Read_TwentyPointsOnly_SaysHowManyAreNeeded()
    {
        var fault = Assert.Throws<NoWindowsException>(() => CsvText.Read(CsvText.Herd(20, 20)));
        Assert.Equal((20, 21), (fault.LongestRun, fault.Needed));
    }

    [Fact]
    public void Read_OneAnimal_IsRefusedUnlessAllowed()
    {
        Assert.Equal((1, 2), Assert.Throws<TooFewAnimalsException>(() => CsvText.Read(CsvText.Herd(60))) is var fault ? (fault.Found, fault.Needed) : default);
        Assert.Single(CsvText.Read(CsvText.Herd(60), new() { Columns = CsvText.Columns, MinimumAnimals = 1 }).Animals);
    }

    [Fact]
    public void Read_TooFewWindowsToSplit_SaysWhichPartIsEmpty() =>
        Assert.Equal("training", Assert.Throws<EmptySplitException>(() => CsvText.Read(CsvText.Herd(21, 21))).Part);

    [Fact]
    public void Read_TheSameTimeTwice_SaysTheRow() =>
        Assert.Equal((2L, 4L), Assert.Throws<DuplicateRecordException>(() => CsvText.Read("cow,week,milk\na,1,20\na,2,20\na,1,21\n")) is var fault ? (fault.First, fault.Row) : default);

    [Fact]
    public void Read_DamagedGzip_SaysSo()
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(Encoding.UTF8.GetBytes(CsvText.Herd(60, 60, 60, 60)));
        var bytes = compressed.ToArray();
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, bytes);
            Assert.Equal(4, HerdReader.Read(path, new() { Columns = CsvText.Columns }).Animals.Length);
            for (var i = 20; i < 60; i++) bytes[i] ^= 0xFF;
            File.WriteAllBytes(path, bytes);
            Assert.ThrowsAny<HerdException>(() => HerdReader.Read(path, new() { Columns = CsvText.Columns }));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("animal=cow,time=week", "'target' is missing")]
    [InlineData("animl=cow", "'animl' is not known (nearest: 'animal')")]
    [InlineData("cow,week", "'cow' has no key before it")]
    [InlineData("animal=cow,animal=c", "'animal' is given twice")]
    [InlineData("animal=cow,time=week,target=milk,gap=-1", "'gap=-1' is no step of time")]
    [InlineData("animal=cow,time=week,target=milk,dates=ydm", "'dates=ydm' is not known")]
    [InlineData("animal=cow,time=week,target=milk,order=up", "'order=up' is not known")]
    [InlineData("animal=cow,time=week,target=milk,numeric=cube(fat)", "the function 'cube' is not known")]
    [InlineData("animal=cow,time=week,target=milk,numeric=ln1p(fat", "opens a bracket")]
    [InlineData("animal=cow,time=week,target=milk,numeric=month(ln1p(day))", "takes the month of a number")]
    public void Parse_BadMapping_SaysWhatIsExpected(string text, string expected) =>
        Assert.Contains(expected, Assert.Throws<ColumnMappingException>(() => HerdColumns.Parse(text)).Message, StringComparison.Ordinal);

    [Fact]
    public void Load_DamagedFile_IsRefused()
    {
        var folder = Directory.CreateTempSubdirectory("farm-test").FullName;
        try
        {
            var path = Path.Combine(folder, "a.herd");
            WrangledHerdFile.Save(path, CsvText.Read(CsvText.Herd(60, 60)));
            var good = File.ReadAllBytes(path);
            foreach (var length in new[] { 0, 10, good.Length / 2, good.Length - 1 })
            {
                File.WriteAllBytes(path, good[..length]);
                Assert.Throws<WrangledHerdFormatException>(() => WrangledHerdFile.Load(path));
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
