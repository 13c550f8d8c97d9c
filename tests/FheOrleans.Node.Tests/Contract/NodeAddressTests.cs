using FheOrleans.Client.Nodes;

namespace FheOrleans.Node.Tests.Contract;

public class NodeAddressTests
{
    private static readonly string Hash = string.Concat(Enumerable.Repeat("0123456789abcdef", 4));

    [Fact]
    public void TryParse_ReadyLine_ReadsAddressAndHash()
    {
        Assert.True(NodeAddress.TryParse($"ready https://127.0.0.1:7443 sha256:{Hash}", out var address));
        Assert.Equal(new Uri("https://127.0.0.1:7443/"), address.Url);
        Assert.Equal(Hash.ToUpperInvariant(), address.CertificateSha256);
    }

    [Fact]
    public void ToString_ReadBack_IsTheSameAddress()
    {
        var address = new NodeAddress(new Uri("https://node.example:7443"), Hash);

        Assert.True(NodeAddress.TryParse(address.ToString(), out var read));
        Assert.Equal(address, read);
    }

    [Fact]
    public void TryParse_SeveralAddresses_ReadsThemInTheirOrder()
    {
        Assert.True(NodeAddress.TryParse($"https://a.example:7443,https://b.example:7444 sha256:{Hash}", out var address));

        Assert.Equal([new Uri("https://a.example:7443/"), new Uri("https://b.example:7444/")], address.Urls);
        Assert.Equal(address.Urls[0], address.Url);
        Assert.True(NodeAddress.TryParse(address.ToString(), out var read));
        Assert.Equal(address, read);
        Assert.NotEqual(address, new NodeAddress(address.Url, Hash));
    }

    [Fact]
    public void New_NoAddress_IsRefused() => Assert.Throws<ArgumentException>(() => new NodeAddress([], Hash));

    [Theory]
    [InlineData("https://127.0.0.1:1, sha256:00")]
    [InlineData("https://127.0.0.1:1,http://127.0.0.1:2 sha256:00")]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("ready")]
    [InlineData("https://127.0.0.1:1")]
    [InlineData("http://127.0.0.1:1 sha256:00")]
    [InlineData("https://127.0.0.1:1 sha256:00")]
    public void TryParse_OtherText_IsRefused(string? text) => Assert.False(NodeAddress.TryParse(text, out _));

    [Fact]
    public void New_UnencryptedAddress_IsRefused() => Assert.Throws<ArgumentException>(() => new NodeAddress(new Uri("http://127.0.0.1:1"), Hash));
}
