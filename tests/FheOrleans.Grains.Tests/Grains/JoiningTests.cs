using System.Security.Cryptography;

namespace FheOrleans.Grains.Tests;

/// <summary>Operators, tenants, invitations and tokens.</summary>
public sealed class JoiningTests
{
    [Fact]
    public async Task Redeem_GoodCode_JoinsOnceWithTheToken()
    {
        await using var platform = await Platform.StartAsync();
        await platform.TheTenant.CreateAsync();
        await platform.TheTenant.InviteAsync("brook", Invitation("code", platform.Clock.GetUtcNow().AddMinutes(10)));
        Assert.Null(await platform.Member("brook").AuthenticateAsync(Hash("token")));

        await platform.TheTenant.RedeemAsync("brook", Hash("code"), Token("token"));

        Assert.Equal([MemberRole.Owner, MemberRole.Publisher], (await platform.Member("brook").AuthenticateAsync(Hash("token")))!.Roles.AsEnumerable());
        Assert.Null(await platform.Member("brook").AuthenticateAsync(Hash("tokens")));
        Assert.Null(await platform.Member("brook").AuthenticateAsync([]));
        Assert.Equal(["brook"], (await platform.TheTenant.DescribeAsync()).Members.AsEnumerable());
        Assert.Equal((Platform.Tenant, "brook"), Named(await platform.Owner("brook").DescribeAsync()));
        await Assert.ThrowsAsync<AccessRefusedException>(() => platform.TheTenant.RedeemAsync("brook", Hash("code"), Token("other")));
        await Assert.ThrowsAsync<ConflictException>(() => platform.TheTenant.InviteAsync("brook", Invitation("code", DateTimeOffset.MaxValue)));
    }

    [Fact]
    public async Task Redeem_WrongExpiredOrUnknown_RefusedAlike()
    {
        await using var platform = await Platform.StartAsync();
        await platform.TheTenant.CreateAsync();
        await platform.TheTenant.InviteAsync("brook", Invitation("code", platform.Clock.GetUtcNow().AddMinutes(10)));

        var wrong = await Assert.ThrowsAsync<AccessRefusedException>(() => platform.TheTenant.RedeemAsync("brook", Hash("no"), Token("token")));
        var unknown = await Assert.ThrowsAsync<AccessRefusedException>(() => platform.TheTenant.RedeemAsync("hill", Hash("code"), Token("token")));
        var noTenant = await Assert.ThrowsAsync<AccessRefusedException>(() => platform.Grains.GetGrain<ITenantGrain>("elsewhere").RedeemAsync("brook", Hash("code"), Token("token")));
        platform.Clock.Advance(TimeSpan.FromMinutes(11));
        var expired = await Assert.ThrowsAsync<AccessRefusedException>(() => platform.TheTenant.RedeemAsync("brook", Hash("code"), Token("token")));

        Assert.Single(new[] { wrong, unknown, noTenant, expired }.Select(failure => failure.Message).Distinct());
        await Assert.ThrowsAsync<NotFoundException>(() => platform.Owner("brook").DescribeAsync());
    }

    [Fact]
    public async Task Invite_MoreThanTheTenantMayHave_LimitExceededUntilInvitationsExpire()
    {
        await using var platform = await Platform.StartAsync(options => options.MaximumMembersPerTenant = 1);
        await Assert.ThrowsAsync<NotFoundException>(() => platform.TheTenant.InviteAsync("brook", Invitation("code", DateTimeOffset.MaxValue)));
        await platform.TheTenant.CreateAsync();
        await platform.TheTenant.InviteAsync("brook", Invitation("code", platform.Clock.GetUtcNow().AddMinutes(10)));

        await Assert.ThrowsAsync<LimitExceededException>(() => platform.TheTenant.InviteAsync("hill", Invitation("code", DateTimeOffset.MaxValue)));
        platform.Clock.Advance(TimeSpan.FromMinutes(11));
        await platform.TheTenant.InviteAsync("hill", Invitation("code", platform.Clock.GetUtcNow().AddMinutes(10)));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => platform.TheTenant.InviteAsync("Hill", Invitation("code", DateTimeOffset.MaxValue)));
    }

    [Fact]
    public async Task Operator_FirstToken_IsTheOnlyOne()
    {
        await using var platform = await Platform.StartAsync();
        var grain = platform.Grains.GetGrain<IOperatorGrain>(GrainKeys.Operator);
        Assert.Null(await grain.AuthenticateAsync(Hash("token")));

        await grain.EnrolAsync(Hash("token"));
        await grain.EnrolAsync(Hash("token"));

        Assert.NotNull(await grain.AuthenticateAsync(Hash("token")));
        await Assert.ThrowsAsync<AccessRefusedException>(() => grain.EnrolAsync(Hash("other")));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => grain.EnrolAsync([1, 2, 3]));
        Assert.Null(await grain.AuthenticateAsync(Hash("other")));
    }

    private static NewInvitation Invitation(string code, DateTimeOffset expires) =>
        new() { CodeHash = Hash(code), Expires = expires, Roles = [MemberRole.Owner, MemberRole.Publisher] };

    private static NewToken Token(string text) => new() { Hash = Hash(text) };

    private static byte[] Hash(string text) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text));

    private static (string, string) Named(DataOwnerDescription owner) => (owner.Tenant, owner.Owner);
}
