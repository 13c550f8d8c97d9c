using System.Collections.Immutable;
using FheOrleans.Grains.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Tenants;

/// <summary>Knows a member's roles, and its tokens by their hashes.</summary>
internal sealed class MemberGrain(
    [PersistentState("member")] IPersistentState<MemberState> member, TimeProvider time, IOptions<FheGrainsOptions> options, ILogger<MemberGrain> log)
    : Grain, IMemberGrain
{
    private (string Tenant, string Name) Key => this.GetPrimaryKeyString().Split('/') is [var tenant, var name]
        ? (tenant, name)
        : throw new ArgumentException("A grain was asked for with a key that GrainKeys did not make.");

    private IDataOwnerGrain Owner => GrainFactory.GetGrain<IDataOwnerGrain>(this.GetPrimaryKeyString());

    private DateTimeOffset Now => time.GetUtcNow();

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (member.RecordExists || await Owner.ReadFormerTokenAsync() is not { } former) return;
        // Joined before there were members: its token goes on working, as that of an owner who may publish, which all of them were.
        var joined = (await Owner.DescribeAsync()).JoinedAt;
        member.State = new() { Roles = [MemberRole.Owner, MemberRole.Publisher], JoinedAt = joined };
        member.State.Tokens.Add(new NewToken { Hash = former, Label = "joined" }, joined, options.Value.MaximumTokens);
        await this.SaveAsync(member);
        await Owner.ForgetFormerTokenAsync();
    }

    /// <inheritdoc/>
    public async Task<MemberDescription> EnrolAsync(ImmutableArray<MemberRole> roles, NewToken token)
    {
        // The owner first: a member without one would be half there.
        await Owner.JoinAsync();
        if (!member.RecordExists) member.State = new() { Roles = Check(roles), JoinedAt = Now };
        else if (roles.Length > 0) member.State.Roles = Check(roles);
        member.State.Tokens.Add(token, Now, options.Value.MaximumTokens);
        await this.SaveAsync(member);
        return Describe();
    }

    /// <inheritdoc/>
    public async Task<MemberAccess?> AuthenticateAsync(byte[] tokenHash)
    {
        // Anybody may ask for any name: those that nobody has must not fill the memory.
        if (!member.RecordExists) DeactivateOnIdle();
        if (member.State.Tokens.FindWorking(tokenHash, Now) is not { } token) return null;
        if (token.Use(Now)) await this.TrySaveAsync(member);
        return new() { Roles = [.. member.State.Roles], Token = token.Id };
    }

    /// <inheritdoc/>
    public Task<MemberDescription> DescribeAsync() => Task.FromResult(Describe());

    /// <inheritdoc/>
    public async Task<MemberDescription> SetRolesAsync(ImmutableArray<MemberRole> roles)
    {
        CheckThere();
        member.State.Roles = Check(roles);
        await this.SaveAsync(member);
        log.RolesSet(Key.Tenant, Key.Name, string.Join(", ", member.State.Roles));
        return Describe();
    }

    /// <inheritdoc/>
    public async Task<TokenDescription> IssueTokenAsync(NewToken token)
    {
        CheckThere();
        var issued = member.State.Tokens.Add(token, Now, options.Value.MaximumTokens);
        await this.SaveAsync(member);
        log.TokenIssued(Key.Tenant, Key.Name, issued.Id);
        return issued.Describe();
    }

    /// <inheritdoc/>
    public async Task RevokeTokenAsync(string? id)
    {
        CheckThere();
        if (member.State.Tokens.RemoveAll(token => id is null || token.Id == id) == 0 && id is not null) throw new NotFoundException("token", id);
        await this.SaveAsync(member);
        log.TokenRevoked(Key.Tenant, Key.Name, id ?? "all");
    }

    /// <inheritdoc/>
    public async Task RemoveAsync()
    {
        // A token that the owner still keeps from before there were members would make this member anew.
        await Owner.ForgetFormerTokenAsync();
        if (member.RecordExists) await member.ClearStateAsync();
        DeactivateOnIdle();
    }

    private static List<MemberRole> Check(ImmutableArray<MemberRole> roles)
    {
        if (roles.IsDefaultOrEmpty) throw new InvalidPayloadException("roles", "none", "at least one");
        foreach (var role in roles)
            if (!Enum.IsDefined(role)) throw new InvalidPayloadException("roles", $"{role}", "Administrator, Owner or Publisher");
        return [.. roles.Distinct().Order()];
    }

    private void CheckThere()
    {
        if (!member.RecordExists) throw this.Missing("member", Key.Name);
    }

    private MemberDescription Describe()
    {
        CheckThere();
        return new()
        {
            Tenant = Key.Tenant,
            Name = Key.Name,
            Roles = [.. member.State.Roles],
            Tokens = [.. member.State.Tokens.Where(token => token.WorksAt(Now)).Select(token => token.Describe())],
            JoinedAt = member.State.JoinedAt,
        };
    }
}

/// <summary>What a member grain remembers.</summary>
[GenerateSerializer, Alias("fhe.state.member")]
internal sealed class MemberState
{
    [Id(0)]
    public List<MemberRole> Roles { get; set; } = [];

    [Id(1)]
    public List<StoredToken> Tokens { get; set; } = [];

    [Id(2)]
    public DateTimeOffset JoinedAt { get; set; }
}
