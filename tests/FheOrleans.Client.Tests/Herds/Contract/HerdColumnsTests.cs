using FheOrleans.Client.Herds;

namespace FheOrleans.Client.Tests.Herds.Contract;

public class HerdColumnsTests
{
    public static TheoryData<string> Presets => [.. HerdPresets.All.Select(preset => preset.Columns.ToString())];

    [Theory]
    [MemberData(nameof(Presets))]
    public void ToString_OfAMapping_ReadsBackAsTheSame(string text)
    {
        Assert.Equal(text, HerdColumns.Parse(text).ToString());
        Assert.Equal(7, HerdColumns.Parse(text).NumericInputs);
    }

    [Fact]
    public void Parse_OverAnother_ChangesOnlyWhatIsNamed()
    {
        var changed = HerdColumns.Parse("gap=2,numeric=fat_pct", HerdPresets.DanishWeekly);
        Assert.Equal((2, 2, "lactation"), (changed.MaximumGap, changed.NumericInputs, changed.Run));
        Assert.Null(HerdColumns.Parse("run=none,gap=none", HerdPresets.DanishWeekly).Run);
    }

    [Fact]
    public void Load_WhatSaveWrote_IsTheSameHerd()
    {
        var folder = Directory.CreateTempSubdirectory("farm-test").FullName;
        try
        {
            var path = Path.Combine(folder, "herds", "a.herd");
            var herd = CsvText.Read(CsvText.Herd(50, 60, 30));
            WrangledHerdFile.Save(path, herd);
            var again = WrangledHerdFile.Load(path);

            Assert.Equal(herd.Columns, again.Columns);
            Assert.Equal(herd.Scaling.Names.ToArray(), again.Scaling.Names.ToArray());
            Assert.Equal(herd.Scaling.Maximum.ToArray(), again.Scaling.Maximum.ToArray());
            Assert.Equal(herd.Animals.ToArray(), again.Animals.ToArray());
            Assert.Equal(herd.Test.Windows.Points, again.Test.Windows.Points);
            Assert.Equal(herd.Test.Windows.Targets, again.Test.Windows.Targets);
            Assert.Equal(herd.Latest.LastTime.ToArray(), again.Latest.LastTime.ToArray());
            Assert.Null(again.Latest.TargetKilograms);
            if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
