using FheOrleans.Gateway.Identity;

namespace FheOrleans.Node.Tests.Contract;

public class BearerTokenTests
{
    [Fact]
    public void ForOwner_Always_NamesItsOwner()
    {
        var token = BearerToken.ForOwner("vale", "hill-farm");

        Assert.True(BearerToken.TryReadOwner(token, out var tenant, out var owner));
        Assert.Equal(("vale", "hill-farm"), (tenant, owner));
        Assert.False(BearerToken.IsOperator(token));
    }

    [Fact]
    public void ForOperator_Always_IsTheOperators()
    {
        Assert.True(BearerToken.IsOperator(BearerToken.ForOperator()));
        Assert.False(BearerToken.TryReadOwner(BearerToken.ForOperator(), out _, out _));
    }

    [Fact]
    public void InvitationCode_Always_NamesWhomItIsFor()
    {
        Assert.True(BearerToken.TryReadInvitation(BearerToken.InvitationCode("vale", "hill-farm"), out var tenant, out var owner));
        Assert.Equal(("vale", "hill-farm"), (tenant, owner));
    }

    [Fact]
    public void ForOwner_Twice_GivesTwoSecrets() => Assert.NotEqual(BearerToken.ForOwner("a", "b"), BearerToken.ForOwner("a", "b"));

    [Theory]
    [InlineData("")]
    [InlineData("fo")]
    [InlineData("fo.a.b")]
    [InlineData("fo.a.b.")]
    [InlineData("fo.a.b.c.d")]
    [InlineData("xx.a.b.c")]
    public void TryReadOwner_OtherText_IsRefused(string text) => Assert.False(BearerToken.TryReadOwner(text, out _, out _));

    [Fact]
    public void TryReadOwner_VeryLongText_IsRefused() => Assert.False(BearerToken.TryReadOwner("fo.a.b." + new string('c', 10_000), out _, out _));
}
