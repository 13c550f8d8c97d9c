using System.Collections.Immutable;
using FheOrleans.Grains.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Tenants;

/// <summary>Knows a tenant's members and open invitations.</summary>
internal sealed class TenantGrain(
    [PersistentState("tenant")] IPersistentState<TenantState> state, TimeProvider time, IOptions<FheGrainsOptions> options, ILogger<TenantGrain> log)
    : Grain, ITenantGrain
{
    private static readonly ImmutableArray<MemberRole> RolesOfOld = [MemberRole.Owner, MemberRole.Publisher];

    private string Tenant => this.GetPrimaryKeyString();

    private IOperatorGrain Operator => GrainFactory.GetGrain<IOperatorGrain>(GrainKeys.Operator);

    /// <inheritdoc/>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        if (!state.RecordExists || state.State.IsListed) return;
        await Operator.AddTenantAsync(Tenant);
        state.State.IsListed = true;
        await this.SaveAsync(state);
    }

    /// <inheritdoc/>
    public async Task<TenantDescription> CreateAsync()
    {
        if (Tenant == GrainKeys.Public) throw Reserved("tenant");
        if (!state.RecordExists)
        {
            // The list first: a tenant that is there is in it, whatever happens between the two.
            await Operator.AddTenantAsync(Tenant);
            (state.State.CreatedAt, state.State.IsListed) = (time.GetUtcNow(), true);
            await this.SaveAsync(state);
            log.TenantCreated(Tenant);
        }
        return Describe();
    }

    /// <inheritdoc/>
    public Task<TenantDescription> DescribeAsync() => Task.FromResult(Describe());

    /// <inheritdoc/>
    public async Task InviteAsync(string member, NewInvitation invitation)
    {
        if (!state.RecordExists) throw this.Missing("tenant", Tenant);
        if (Name.Check(member, "member") == GrainKeys.Public) throw Reserved("member");
        CheckInvitation(member, invitation);
        if (await GrainFactory.GetGrain<IDataOwnerGrain>(GrainKeys.DataOwner(Tenant, member)).ReadIsDeletedAsync())
            throw new ConflictException($"invitation of '{member}'", "the name of a data owner who was deleted", "a new name", "Invite under another name: the ledger of this one is not another's.");
        foreach (var (name, open) in state.State.Invitations.ToArray())
            if (open.Expires <= time.GetUtcNow()) state.State.Invitations.Remove(name);
        var count = state.State.Members.Count + state.State.Invitations.Count;
        if (count >= options.Value.MaximumMembersPerTenant && invitation.Roles.Length > 0 && !state.State.Invitations.ContainsKey(member))
            throw new LimitExceededException("members of a tenant", count + 1, options.Value.MaximumMembersPerTenant);
        state.State.Invitations[member] = new()
        {
            CodeHash = TokenHash.Check(invitation.CodeHash),
            Expires = invitation.Expires,
            Roles = [.. invitation.Roles],
        };
        await this.SaveAsync(state);
    }

    /// <inheritdoc/>
    public async Task<MemberDescription> RedeemAsync(string member, byte[] codeHash, NewToken token)
    {
        TokenHash.Check(token.Hash);
        if (!state.RecordExists) DeactivateOnIdle(); // Anybody may ask for any name.
        var invitation = Name.IsValid(member) ? state.State.Invitations.GetValueOrDefault(member) : null;
        if (invitation is null || invitation.Expires <= time.GetUtcNow() || !TokenHash.Equal(invitation.CodeHash, codeHash))
            throw new AccessRefusedException("the code is wrong, used or expired. Ask your administrator for a new invitation.");
        var isNew = !state.State.Members.Contains(member);
        ImmutableArray<MemberRole> roles = isNew && invitation.Roles.Count == 0 ? RolesOfOld : [.. invitation.Roles];
        // The member first: if the rest is cut off, the code is still good and can be redeemed again.
        var enrolled = await Member(member).EnrolAsync(roles, token);
        state.State.Invitations.Remove(member);
        if (isNew) state.State.Members.Add(member);
        await this.SaveAsync(state);
        log.MemberJoined(Tenant, member, string.Join(", ", enrolled.Roles));
        return enrolled;
    }

    /// <inheritdoc/>
    public async Task RemoveMemberAsync(string member)
    {
        // The tokens first: what is cut off after that leaves a name in a list, and nobody who comes in by it.
        await Member(member).RemoveAsync();
        if (!(state.State.Members.Remove(member) | state.State.Invitations.Remove(member))) return;
        await this.SaveAsync(state);
        log.MemberRemoved(Tenant, member);
    }

    private static InvalidPayloadException Reserved(string what) =>
        new(what, $"'{GrainKeys.Public}', which stands for public models", "another name");

    private void CheckInvitation(string member, NewInvitation invitation)
    {
        var isNew = !state.State.Members.Contains(member);
        if (invitation.Roles.Any(role => !Enum.IsDefined(role)))
            throw new InvalidPayloadException("roles", "one that does not exist", "Administrator, Owner or Publisher");
        if (isNew && invitation.Roles.IsDefaultOrEmpty) throw new NotFoundException("member", member);
        if (!isNew && !invitation.Roles.IsDefaultOrEmpty)
        {
            throw new ConflictException(
                $"invitation of '{member}'", "a member who has joined", "a new name",
                "Invite under another name, or ask for a code that gives this member another token.");
        }
    }

    private IMemberGrain Member(string member) => GrainFactory.GetGrain<IMemberGrain>(GrainKeys.Member(Tenant, member));

    private TenantDescription Describe() => state.RecordExists
        ? new()
        {
            Tenant = Tenant,
            Members = [.. state.State.Members.Order(StringComparer.Ordinal)],
            Invited = [.. state.State.Invitations.Where(open => open.Value.Expires > time.GetUtcNow()).Select(open => open.Key).Order(StringComparer.Ordinal)],
            CreatedAt = state.State.CreatedAt,
        }
        : throw this.Missing("tenant", Tenant);
}
