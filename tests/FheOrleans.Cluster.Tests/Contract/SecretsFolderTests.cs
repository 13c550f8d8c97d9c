using System.Text;
using FheOrleans.Hosting;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Cluster.Tests.Contract;

public class SecretsFolderTests
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Fact]
    public void Open_NoFolder_SaysHowToMakeIt()
    {
        using var place = new TemporaryFolder();

        var fault = Assert.Throws<StartException>(() => SecretsFolder.Open(place["secrets"]));

        Assert.Contains("--prepare", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NotThere_NamesTheFile()
    {
        using var place = new TemporaryFolder();

        var fault = Assert.Throws<StartException>(() => SecretsFolder.Make(place["secrets"]).Read("cluster.pfx"));

        Assert.Contains("cluster.pfx", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WriteNew_Always_IsReadableByItsOwnerOnlyAndNeverWrittenOver()
    {
        using var place = new TemporaryFolder();
        var secrets = SecretsFolder.Make(place["secrets"]);

        Assert.True(secrets.WriteNew("one", "first"u8));
        Assert.False(secrets.WriteNew("one", "second"u8));

        Assert.Equal("first", Encoding.UTF8.GetString(secrets.Read("one")));
        Assert.Single(Directory.GetFileSystemEntries(secrets.Path));
        if (OperatingSystem.IsWindows()) return;
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(secrets.PathOf("one")));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(secrets.Path));
    }

    [Theory, InlineData(UnixFileMode.OtherRead), InlineData(UnixFileMode.OtherWrite), InlineData(UnixFileMode.GroupWrite)]
    public void Read_StrangersMayUseIt_IsRefused(UnixFileMode more)
    {
        if (OperatingSystem.IsWindows()) return;
        using var place = new TemporaryFolder();
        var secrets = SecretsFolder.Make(place["secrets"]);
        secrets.WriteNew("one", "first"u8);
        File.SetUnixFileMode(secrets.PathOf("one"), OwnerOnly | more);

        var fault = Assert.Throws<StartException>(() => secrets.Read("one"));

        Assert.Contains("chmod 600", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MountedAsContainersMountSecrets_IsRead()
    {
        if (OperatingSystem.IsWindows()) return;
        using var place = new TemporaryFolder();
        var mounted = Directory.CreateDirectory(Path.Combine(place["secrets"], "..2026")).FullName;
        File.WriteAllText(Path.Combine(mounted, "one"), "first");
        File.SetUnixFileMode(Path.Combine(mounted, "one"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Directory.CreateSymbolicLink(Path.Combine(place["secrets"], "..data"), "..2026");
        File.CreateSymbolicLink(Path.Combine(place["secrets"], "one"), Path.Combine("..data", "one"));

        Assert.Equal("first", Encoding.UTF8.GetString(SecretsFolder.Open(place["secrets"]).Read("one")));
    }
}
