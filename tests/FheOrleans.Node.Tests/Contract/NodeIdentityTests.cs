using System.Security.Cryptography.X509Certificates;
using FheOrleans.Hosting;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Node.Tests.Contract;

public class NodeIdentityTests
{
    [Fact]
    public void LoadOrMake_Twice_KeepsTheCertificate()
    {
        using var place = new TemporaryFolder();
        using var folder = DataFolder.Take(place["node"]);

        using var made = NodeCertificate.LoadOrMake(folder, "127.0.0.1", TimeProvider.System);
        using var kept = NodeCertificate.LoadOrMake(folder, "127.0.0.1", TimeProvider.System);

        Assert.Equal(NodeCertificate.Sha256(made), NodeCertificate.Sha256(kept));
        Assert.True(kept.HasPrivateKey);
    }

    [Fact]
    public void LoadOrMake_FirstTime_NamesThisMachineAndTheHost()
    {
        using var place = new TemporaryFolder();
        using var folder = DataFolder.Take(place["node"]);

        using var certificate = NodeCertificate.LoadOrMake(folder, "node.example", TimeProvider.System);

        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single();
        Assert.Equal(["localhost", "node.example"], names.EnumerateDnsNames());
        Assert.Equal(["127.0.0.1", "::1"], names.EnumerateIPAddresses().Select(address => address.ToString()));
        Assert.Equal("ECC", certificate.PublicKey.Oid.FriendlyName);
    }

    [Fact]
    public void LoadOrMake_OtherFileInItsPlace_SaysWhatToDo()
    {
        using var place = new TemporaryFolder();
        using var folder = DataFolder.Take(place["node"]);
        folder.WriteSecret("node.pfx", "not a certificate"u8);

        var fault = Assert.Throws<StartException>(() => NodeCertificate.LoadOrMake(folder, "127.0.0.1", TimeProvider.System));

        Assert.Contains("Delete it", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_FolderInUse_IsRefused()
    {
        using var place = new TemporaryFolder();
        using var first = DataFolder.Take(place["node"]);

        var fault = Assert.Throws<StartException>(() => DataFolder.Take(place["node"]));

        Assert.Contains("Another node", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void WriteSecret_Always_IsReadableByItsOwnerOnly()
    {
        if (OperatingSystem.IsWindows()) return;
        using var place = new TemporaryFolder();
        using var folder = DataFolder.Take(place["node"]);

        folder.WriteSecret("secret", "text"u8);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.PathOf("secret")));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder.Path));
    }

    [Fact]
    public void ReadSecret_OthersMayReadIt_IsRefused()
    {
        if (OperatingSystem.IsWindows()) return;
        using var place = new TemporaryFolder();
        using var folder = DataFolder.Take(place["node"]);
        folder.WriteSecret("secret", "text"u8);
        File.SetUnixFileMode(folder.PathOf("secret"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        var fault = Assert.Throws<StartException>(() => folder.ReadSecret("secret"));

        Assert.Contains("chmod 600", fault.Message, StringComparison.Ordinal);
    }
}
