using FheOrleans.Gateway.Identity;

namespace FheOrleans.Node.Tests.Contract;

public class BearerTokenTests
{
    [Fact]
    public void ForMember_Always_NamesItsOwner()
    {
        var token = BearerToken.ForMember("vale", "hill-farm");

        Assert.True(BearerToken.TryReadMember(token, out var tenant, out var owner));
        Assert.Equal(("vale", "hill-farm"), (tenant, owner));
        Assert.False(BearerToken.IsOperator(token));
    }

    [Fact]
    public void ForOperator_Always_IsTheOperators()
    {
        Assert.True(BearerToken.IsOperator(BearerToken.ForOperator()));
        Assert.False(BearerToken.TryReadMember(BearerToken.ForOperator(), out _, out _));
    }

    [Fact]
    public void InvitationCode_Always_NamesWhomItIsFor()
    {
        Assert.True(BearerToken.TryReadInvitation(BearerToken.InvitationCode("vale", "hill-farm"), out var tenant, out var owner));
        Assert.Equal(("vale", "hill-farm"), (tenant, owner));
    }

    [Fact]
    public void ForMember_Twice_GivesTwoSecrets() => Assert.NotEqual(BearerToken.ForMember("a", "b"), BearerToken.ForMember("a", "b"));

    [Theory]
    [InlineData("")]
    [InlineData("fo")]
    [InlineData("fo.a.b")]
    [InlineData("fo.a.b.")]
    [InlineData("fo.a.b.c.d")]
    [InlineData("xx.a.b.c")]
    public void TryReadMember_OtherText_IsRefused(string text) => Assert.False(BearerToken.TryReadMember(text, out _, out _));

    [Fact]
    public void TryReadMember_VeryLongText_IsRefused() => Assert.False(BearerToken.TryReadMember("fo.a.b." + new string('c', 10_000), out _, out _));
}
