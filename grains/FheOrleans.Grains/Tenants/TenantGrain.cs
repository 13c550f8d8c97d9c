using FheOrleans.Grains.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Tenants;

/// <summary>Knows a tenant's data owners and open invitations.</summary>
internal sealed class TenantGrain(
    [PersistentState("tenant")] IPersistentState<TenantState> state, TimeProvider time, IOptions<FheGrainsOptions> options, ILogger<TenantGrain> log)
    : Grain, ITenantGrain
{
    private string Tenant => this.GetPrimaryKeyString();

    /// <inheritdoc/>
    public async Task<TenantDescription> CreateAsync()
    {
        if (!state.RecordExists)
        {
            state.State.CreatedAt = time.GetUtcNow();
            await this.SaveAsync(state);
            log.TenantCreated(Tenant);
        }
        return Describe();
    }

    /// <inheritdoc/>
    public Task<TenantDescription> DescribeAsync() => Task.FromResult(Describe());

    /// <inheritdoc/>
    public Task InviteAsync(string ownerName, byte[] codeHash, DateTimeOffset expires)
    {
        if (!state.RecordExists) throw this.Missing("tenant", Tenant);
        Name.Check(ownerName, "owner");
        if (state.State.Owners.Contains(ownerName))
        {
            throw new ConflictException(
                $"invitation of '{ownerName}'", "a data owner who has joined", "a new name", "Invite under another name.");
        }
        foreach (var (name, invitation) in state.State.Invitations.ToArray())
            if (invitation.Expires <= time.GetUtcNow()) state.State.Invitations.Remove(name);
        var count = state.State.Owners.Count + state.State.Invitations.Count;
        if (count >= options.Value.MaximumOwnersPerTenant && !state.State.Invitations.ContainsKey(ownerName))
            throw new LimitExceededException("data owners of a tenant", count + 1, options.Value.MaximumOwnersPerTenant);
        state.State.Invitations[ownerName] = new() { CodeHash = TokenHash.Check(codeHash), Expires = expires };
        return this.SaveAsync(state);
    }

    /// <inheritdoc/>
    public async Task RedeemAsync(string ownerName, byte[] codeHash, byte[] tokenHash)
    {
        TokenHash.Check(tokenHash);
        if (!state.RecordExists) DeactivateOnIdle(); // Anybody may ask for any name.
        var invitation = Name.IsValid(ownerName) ? state.State.Invitations.GetValueOrDefault(ownerName) : null;
        if (invitation is null || invitation.Expires <= time.GetUtcNow() || !TokenHash.Equal(invitation.CodeHash, codeHash))
            throw new AccessRefusedException("the code is wrong, used or expired. Ask your operator for a new invitation.");
        // The owner first: if the rest is cut off, the code is still good and can be redeemed again.
        await GrainFactory.GetGrain<IDataOwnerGrain>(GrainKeys.DataOwner(Tenant, ownerName)).EnrolAsync(tokenHash);
        state.State.Invitations.Remove(ownerName);
        state.State.Owners.Add(ownerName);
        await this.SaveAsync(state);
        log.OwnerJoined(Tenant, ownerName);
    }

    private TenantDescription Describe() => state.RecordExists
        ? new() { Tenant = Tenant, Owners = [.. state.State.Owners.Order(StringComparer.Ordinal)], CreatedAt = state.State.CreatedAt }
        : throw this.Missing("tenant", Tenant);
}
