using System.Text;
using FheOrleans.Hosting;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Cluster.Tests.Contract;

public class SecretFileTests
{
    [Fact]
    public void Replace_OneThatIsThere_IsTheNewOneAndLeavesNothingBeside()
    {
        using var place = new TemporaryFolder();
        var path = Path.Combine(Directory.CreateDirectory(place["folder"]).FullName, "secret");

        SecretFile.Replace(path, "a longer one, which was there before"u8);
        SecretFile.Replace(path, "second"u8);

        Assert.Equal("second", Encoding.UTF8.GetString(SecretFile.ReadIfThere(path, "The file", mayGroupRead: false)!));
        Assert.Equal([path], Directory.GetFileSystemEntries(place["folder"]));
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public async Task WriteNew_ManyAtOnce_OneIsWrittenWhole()
    {
        using var place = new TemporaryFolder();
        var path = Path.Combine(Directory.CreateDirectory(place["folder"]).FullName, "secret");

        var written = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => Task.Run(
            () => SecretFile.WriteNew(path, Encoding.ASCII.GetBytes(new string((char)('a' + i), 5000))))));

        var winner = (char)('a' + Array.IndexOf(written, true));
        Assert.Single(written, won => won);
        Assert.Equal(new string(winner, 5000), await File.ReadAllTextAsync(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(place["folder"]));
    }

    [Fact]
    public void Replace_FolderInItsPlace_FailsAndLeavesNothingBeside()
    {
        using var place = new TemporaryFolder();
        var path = Directory.CreateDirectory(Path.Combine(place["folder"], "secret")).FullName;

        Assert.ThrowsAny<SystemException>(() => SecretFile.Replace(path, "of-nobody"u8));

        Assert.Equal([path], Directory.GetFileSystemEntries(place["folder"]));
    }

    [Fact]
    public void Read_MoreThanASecretHas_IsRefused()
    {
        using var place = new TemporaryFolder();
        var path = Path.Combine(Directory.CreateDirectory(place["folder"]).FullName, "secret");
        SecretFile.Replace(path, new byte[(64 << 10) + 1]);

        var fault = Assert.Throws<StartException>(() => SecretFile.ReadIfThere(path, "The file", mayGroupRead: true));

        Assert.Contains("65537 bytes", fault.Message, StringComparison.Ordinal);
    }
}
