using System.Security.Cryptography.X509Certificates;
using FheOrleans.Hosting;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Cluster.Tests.Contract;

public class PeerCertificatesTests
{
    private static readonly byte[] One = SelfSignedCertificate.MakePeer(TimeProvider.System);
    private static readonly byte[] Two = SelfSignedCertificate.MakePeer(TimeProvider.System);
    private static readonly byte[] Three = SelfSignedCertificate.MakePeer(TimeProvider.System);

    [Fact]
    public void Accepts_TheVerySame_AndNoOther()
    {
        using var place = new TemporaryFolder();
        var secrets = SecretsFolder.Make(place["secrets"]);
        secrets.WriteNew(SecretsFolder.ClusterCertificate, One);

        using var peers = PeerCertificates.Load(secrets);

        Assert.True(Accepts(peers, One));
        // Of the same name and made the same way, and yet not it.
        Assert.False(Accepts(peers, Two));
        Assert.False(peers.Accepts(null));
        Assert.True(peers.Own.HasPrivateKey);
    }

    [Fact]
    public void Accepts_WhileItIsExchanged_ThreeAndPresentsOne()
    {
        using var place = new TemporaryFolder();
        var secrets = SecretsFolder.Make(place["secrets"]);
        secrets.WriteNew(SecretsFolder.ClusterCertificate, One);
        secrets.WriteNew(PeerCertificates.Next, Two);
        secrets.WriteNew(PeerCertificates.Previous, Three);

        using var peers = PeerCertificates.Load(secrets);

        Assert.All([One, Two, Three], bytes => Assert.True(Accepts(peers, bytes)));
        using var own = X509CertificateLoader.LoadPkcs12(One, null);
        Assert.Equal(own.RawData, peers.Own.RawData);
    }

    [Fact]
    public void Load_CertificateWithoutItsKey_IsRefused()
    {
        using var place = new TemporaryFolder();
        var secrets = SecretsFolder.Make(place["secrets"]);
        using var whole = X509CertificateLoader.LoadPkcs12(One, null);
        using var half = X509CertificateLoader.LoadCertificate(whole.RawData);
        secrets.WriteNew(SecretsFolder.ClusterCertificate, half.Export(X509ContentType.Pfx));

        var fault = Assert.Throws<StartException>(() => PeerCertificates.Load(secrets));

        Assert.Contains(SecretsFolder.ClusterCertificate, fault.Message, StringComparison.Ordinal);
    }

    // Load overwrites what it is given.
    private static bool Accepts(PeerCertificates peers, byte[] bytes)
    {
        using var certificate = SelfSignedCertificate.Load([.. bytes], "");
        return peers.Accepts(certificate);
    }
}
