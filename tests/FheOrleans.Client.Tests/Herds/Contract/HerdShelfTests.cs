using FheOrleans.Client.Herds;

namespace FheOrleans.Client.Tests.Herds.Contract;

public sealed class HerdShelfTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Load_AFileThatIsTheSame_IsReadOnce()
    {
        WrangledHerdFile.Save(_folder["a.herd"], CsvText.Read(CsvText.Herd(50, 60)));
        var shelf = new HerdShelf();
        Assert.Same(shelf.Load(_folder["a.herd"]), shelf.Load(_folder["a.herd"]));
    }

    [Fact]
    public void Load_AFileThatWasWrittenSince_IsReadAnew()
    {
        WrangledHerdFile.Save(_folder["a.herd"], CsvText.Read(CsvText.Herd(50, 60)));
        var shelf = new HerdShelf();
        var before = shelf.Load(_folder["a.herd"]);
        WrangledHerdFile.Save(_folder["a.herd"], CsvText.Read(CsvText.Herd(50, 60, 30)));
        Assert.NotEqual(before.Rows, shelf.Load(_folder["a.herd"]).Rows);
    }
}
