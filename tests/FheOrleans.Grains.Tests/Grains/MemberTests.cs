using System.Security.Cryptography;
using FheOrleans.Grains.Owners;
using FheOrleans.Grains.Tenants;
using Microsoft.Extensions.DependencyInjection;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace FheOrleans.Grains.Tests;

/// <summary>Members: their roles and their tokens.</summary>
public sealed class MemberTests
{
    private static readonly MemberRole[] OwnerAndPublisher = [MemberRole.Owner, MemberRole.Publisher];

    [Fact]
    public async Task IssueToken_BesideAnother_BothWorkUntilOneIsRevoked()
    {
        await using var platform = await Platform.StartAsync();
        var member = platform.Member("brook");
        var first = (await member.EnrolAsync([MemberRole.Owner], Token("first"))).Tokens.Single();

        var second = await member.IssueTokenAsync(Token("second") with { Label = "barn" });

        Assert.Equal((first.Id, second.Id), ((await member.AuthenticateAsync(Hash("first")))!.Token, (await member.AuthenticateAsync(Hash("second")))!.Token));
        Assert.Equal(["", "barn"], (await member.DescribeAsync()).Tokens.Select(token => token.Label));
        await member.RevokeTokenAsync(first.Id);
        Assert.Null(await member.AuthenticateAsync(Hash("first")));
        Assert.NotNull(await member.AuthenticateAsync(Hash("second")));
        await Assert.ThrowsAsync<NotFoundException>(() => member.RevokeTokenAsync(first.Id));
        await member.RevokeTokenAsync(null);
        Assert.Null(await member.AuthenticateAsync(Hash("second")));
        Assert.Empty((await member.DescribeAsync()).Tokens);
    }

    [Fact]
    public async Task Authenticate_Expired_IsUnknownAndMakesRoom()
    {
        await using var platform = await Platform.StartAsync(options => options.MaximumTokens = 2);
        var member = platform.Member("brook");
        var now = platform.Clock.GetUtcNow();
        await member.EnrolAsync([MemberRole.Owner], Token("short") with { Expires = now.AddMinutes(10) });
        await member.IssueTokenAsync(Token("long") with { Expires = now.AddMinutes(30) });
        Assert.NotNull(await member.AuthenticateAsync(Hash("short")));
        await Assert.ThrowsAsync<LimitExceededException>(() => member.IssueTokenAsync(Token("third")));

        platform.Clock.Advance(TimeSpan.FromMinutes(11));

        Assert.Null(await member.AuthenticateAsync(Hash("short")));
        Assert.NotNull(await member.AuthenticateAsync(Hash("long")));
        await member.IssueTokenAsync(Token("third"));
        Assert.Equal(2, (await member.DescribeAsync()).Tokens.Length);
        await Assert.ThrowsAsync<InvalidPayloadException>(() => member.IssueTokenAsync(Token("late") with { Expires = now }));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => member.IssueTokenAsync(Token("wordy") with { Label = new string('x', 81) }));
    }

    [Fact]
    public async Task Authenticate_Used_SaysWhenToTheHour()
    {
        await using var platform = await Platform.StartAsync();
        var member = platform.Member("brook");
        var token = (await member.EnrolAsync([MemberRole.Owner], Token("token"))).Tokens.Single();
        Assert.Null(token.LastUsedAt);

        await member.AuthenticateAsync(Hash("token"));
        var first = (await member.DescribeAsync()).Tokens.Single().LastUsedAt;
        platform.Clock.Advance(TimeSpan.FromMinutes(59));
        await member.AuthenticateAsync(Hash("token"));
        var same = (await member.DescribeAsync()).Tokens.Single().LastUsedAt;
        platform.Clock.Advance(TimeSpan.FromMinutes(2));
        await member.AuthenticateAsync(Hash("token"));
        var later = (await member.DescribeAsync()).Tokens.Single().LastUsedAt;

        Assert.NotNull(first);
        Assert.Equal(first, same);
        Assert.True(later - first >= TimeSpan.FromMinutes(61));
    }

    [Fact]
    public async Task SetRoles_OfAMember_CountsFromTheNextRequest()
    {
        await using var platform = await Platform.StartAsync();
        var member = platform.Member("brook");
        await Assert.ThrowsAsync<NotFoundException>(() => member.SetRolesAsync([MemberRole.Owner]));
        await member.EnrolAsync([MemberRole.Owner], Token("token"));

        await member.SetRolesAsync([MemberRole.Publisher, MemberRole.Administrator, MemberRole.Publisher]);

        Assert.Equal([MemberRole.Administrator, MemberRole.Publisher], (await member.AuthenticateAsync(Hash("token")))!.Roles.AsEnumerable());
        await Assert.ThrowsAsync<InvalidPayloadException>(() => member.SetRolesAsync([]));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => member.SetRolesAsync([(MemberRole)7]));
    }

    [Fact]
    public async Task Invite_Again_GivesAMemberAnotherTokenAndNoOtherRole()
    {
        await using var platform = await Platform.StartAsync();
        await platform.TheTenant.CreateAsync();
        await platform.TheTenant.InviteAsync("brook", Code("one", MemberRole.Owner));
        await platform.TheTenant.RedeemAsync("brook", Hash("one"), Token("first"));

        await platform.TheTenant.InviteAsync("brook", Code("two"));
        var again = await platform.TheTenant.RedeemAsync("brook", Hash("two"), Token("second"));

        Assert.Equal([MemberRole.Owner], again.Roles.AsEnumerable());
        Assert.Equal(2, again.Tokens.Length);
        Assert.Equal(["brook"], (await platform.TheTenant.DescribeAsync()).Members.AsEnumerable());
        await Assert.ThrowsAsync<NotFoundException>(() => platform.TheTenant.InviteAsync("nobody", Code("three")));
        await Assert.ThrowsAsync<ConflictException>(() => platform.TheTenant.InviteAsync("brook", Code("four", MemberRole.Administrator)));
    }

    [Fact]
    public async Task RemoveMember_WithATokenAndACode_NeitherWorksAndTheNameIsFree()
    {
        await using var platform = await Platform.StartAsync();
        await platform.TheTenant.CreateAsync();
        await platform.TheTenant.InviteAsync("brook", Code("one", MemberRole.Owner));
        await platform.TheTenant.RedeemAsync("brook", Hash("one"), Token("first"));
        await platform.TheTenant.InviteAsync("brook", Code("two"));

        await platform.TheTenant.RemoveMemberAsync("brook");
        await platform.TheTenant.RemoveMemberAsync("brook");

        Assert.Null(await platform.Member("brook").AuthenticateAsync(Hash("first")));
        await Assert.ThrowsAsync<AccessRefusedException>(() => platform.TheTenant.RedeemAsync("brook", Hash("two"), Token("second")));
        Assert.Empty((await platform.TheTenant.DescribeAsync()).Members);
        await platform.TheTenant.InviteAsync("brook", Code("three", MemberRole.Owner));
    }

    [Fact]
    public async Task Operator_SeveralTokens_RotatesAndIsNeverLockedOut()
    {
        await using var platform = await Platform.StartAsync();
        var grain = platform.Grains.GetGrain<IOperatorGrain>(GrainKeys.Operator);
        await grain.EnrolAsync(Hash("first"));
        var first = await grain.AuthenticateAsync(Hash("first"));
        await Assert.ThrowsAsync<ConflictException>(() => grain.RevokeTokenAsync(first!));
        await grain.IssueTokenAsync(Token("passing") with { Expires = platform.Clock.GetUtcNow().AddHours(1) });
        await Assert.ThrowsAsync<ConflictException>(() => grain.RevokeTokenAsync(first!));

        await grain.IssueTokenAsync(Token("second"));
        await grain.RevokeTokenAsync(first!);

        Assert.Null(await grain.AuthenticateAsync(Hash("first")));
        Assert.NotNull(await grain.AuthenticateAsync(Hash("second")));
        await grain.EnrolAsync(Hash("second")); // As a node does that starts with the file of the new one.
        await Assert.ThrowsAsync<AccessRefusedException>(() => grain.EnrolAsync(Hash("first")));
    }

    [Fact]
    public async Task Operator_AllTokensLost_HasOneNewOneAndTheLogSaysSo()
    {
        await using var platform = await Platform.StartAsync();
        var grain = platform.Grains.GetGrain<IOperatorGrain>(GrainKeys.Operator);
        await grain.EnrolAsync(Hash("first"));
        await grain.IssueTokenAsync(Token("second"));

        await grain.ReplaceTokensAsync(Hash("renewed"));

        Assert.Null(await grain.AuthenticateAsync(Hash("first")));
        Assert.Null(await grain.AuthenticateAsync(Hash("second")));
        Assert.NotNull(await grain.AuthenticateAsync(Hash("renewed")));
        await Assert.ThrowsAsync<AccessRefusedException>(() => grain.EnrolAsync(Hash("first"))); // As a silo does that starts with the old one.
        await platform.Log.Logged(128);
        Assert.Contains("All 2 tokens", platform.Log.Lines.Single(line => line.Id == 128).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tenants_Created_AreListedInOrder()
    {
        await using var platform = await Platform.StartAsync(options => options.MaximumTenants = 2);
        var grain = platform.Grains.GetGrain<IOperatorGrain>(GrainKeys.Operator);
        foreach (var tenant in new[] { "vale", "moor", "vale" }) await platform.Grains.GetGrain<ITenantGrain>(tenant).CreateAsync();

        Assert.Equal(["moor", "vale"], (await grain.ReadTenantsAsync()).AsEnumerable());
        await Assert.ThrowsAsync<LimitExceededException>(() => platform.Grains.GetGrain<ITenantGrain>("dale").CreateAsync());
    }

    [Fact]
    public async Task Records_FromBeforeThereWereMembers_GoOnWorking()
    {
        await using var platform = await Platform.StartAsync();
        var joined = platform.Clock.GetUtcNow().AddDays(-30);
        await WriteAsync(platform, "dataowner", "coop/brook", "owner", new DataOwnerState { FormerTokenHash = Hash("old"), JoinedAt = joined });
        await WriteAsync(platform, "tenant", "coop", "tenant", new TenantState { CreatedAt = joined, Members = ["brook"], Invitations = { ["hill"] = new() { CodeHash = Hash("code"), Expires = DateTimeOffset.MaxValue } } });
        await WriteAsync(platform, "operator", "operator", "operator", new OperatorState { FormerTokenHash = Hash("op") });

        Assert.Equal(OwnerAndPublisher, (await platform.Member("brook").AuthenticateAsync(Hash("old")))!.Roles);
        Assert.Equal(joined, (await platform.Member("brook").DescribeAsync()).JoinedAt);
        Assert.Null(await platform.Owner("brook").ReadFormerTokenAsync());
        Assert.Equal(OwnerAndPublisher, (await platform.TheTenant.RedeemAsync("hill", Hash("code"), Token("new"))).Roles);
        var grain = platform.Grains.GetGrain<IOperatorGrain>(GrainKeys.Operator);
        Assert.NotNull(await grain.AuthenticateAsync(Hash("op")));
        Assert.Equal(["coop"], (await grain.ReadTenantsAsync()).AsEnumerable());
        // Taken over once: what is revoked or removed does not come back.
        await platform.Member("brook").RemoveAsync();
        Assert.Null(await platform.Member("brook").AuthenticateAsync(Hash("old")));
    }

    /// <summary>Writes a record as an earlier version of the node left it.</summary>
    private static Task WriteAsync<T>(Platform platform, string grain, string key, string name, T state)
        where T : new()
    {
        var services = platform.Service<IServiceProvider>();
        var storage = services.GetService<IGrainStorage>() ?? services.GetRequiredKeyedService<IGrainStorage>("Default");
        return storage.WriteStateAsync(name, GrainId.Create(grain, key), new GrainState<T> { State = state });
    }

    private static NewInvitation Code(string code, params MemberRole[] roles) =>
        new() { CodeHash = Hash(code), Expires = DateTimeOffset.MaxValue, Roles = [.. roles] };

    private static NewToken Token(string text) => new() { Hash = Hash(text) };

    private static byte[] Hash(string text) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text));
}
