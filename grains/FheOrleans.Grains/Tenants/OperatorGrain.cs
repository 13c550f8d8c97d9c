using System.Collections.Immutable;
using FheOrleans.Grains.Storage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Tenants;

/// <summary>Knows the operator's tokens by their hashes, which tenants there are, and what all gateways go by.</summary>
internal sealed class OperatorGrain(
    [PersistentState("operator")] IPersistentState<OperatorState> state,
    [PersistentState("tenants")] IPersistentState<TenantsState> tenants,
    TimeProvider time,
    IOptions<FheGrainsOptions> options,
    ILogger<OperatorGrain> log) : Grain, IOperatorGrain
{
    // A gateway that has not asked for so long is gone.
    private static readonly TimeSpan Present = TimeSpan.FromSeconds(30);

    private readonly Dictionary<Guid, DateTimeOffset> _gateways = [];

    // As it is stored: while a change is being stored it has not happened.
    private DateTimeOffset? _drainingSince;

    private DateTimeOffset Now => time.GetUtcNow();

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _drainingSince = state.State.DrainingSince;
        if (state.State.FormerTokenHash is not { } former) return Task.CompletedTask;
        // From when there was one token and no more.
        state.State.Tokens.Add(new NewToken { Hash = former, Label = "first" }, Now, options.Value.MaximumTokens);
        state.State.FormerTokenHash = null;
        return this.SaveAsync(state);
    }

    /// <inheritdoc/>
    public Task EnrolAsync(byte[] tokenHash)
    {
        TokenHash.Check(tokenHash);
        if (state.State.Tokens.FindWorking(tokenHash, Now) is not null) return Task.CompletedTask;
        if (state.State.Tokens.Count > 0) throw new AccessRefusedException("the operator has other tokens already.");
        state.State.Tokens.Add(new NewToken { Hash = tokenHash, Label = "first" }, Now, options.Value.MaximumTokens);
        return this.SaveAsync(state);
    }

    /// <inheritdoc/>
    public async Task ReplaceTokensAsync(byte[] tokenHash)
    {
        TokenHash.Check(tokenHash);
        var revoked = state.State.Tokens.Count;
        state.State.Tokens.Clear();
        state.State.Tokens.Add(new NewToken { Hash = tokenHash, Label = "renewed" }, Now, options.Value.MaximumTokens);
        await this.SaveAsync(state);
        log.OperatorTokensReplaced(revoked);
    }

    /// <inheritdoc/>
    public async Task<string?> AuthenticateAsync(byte[] tokenHash)
    {
        if (state.State.Tokens.FindWorking(tokenHash, Now) is not { } token) return null;
        if (token.Use(Now)) await this.TrySaveAsync(state);
        return token.Id;
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<TokenDescription>> DescribeTokensAsync() => Task.FromResult<ImmutableArray<TokenDescription>>(
        [.. state.State.Tokens.Where(token => token.WorksAt(Now)).Select(token => token.Describe())]);

    /// <inheritdoc/>
    public async Task<TokenDescription> IssueTokenAsync(NewToken token)
    {
        var issued = state.State.Tokens.Add(token, Now, options.Value.MaximumTokens);
        await this.SaveAsync(state);
        return issued.Describe();
    }

    /// <inheritdoc/>
    public Task RevokeTokenAsync(string id)
    {
        if (state.State.Tokens.Find(token => token.Id == id) is not { } revoked) throw new NotFoundException("token", id);
        if (revoked.Expires is null && state.State.Tokens.Count(token => token.Expires is null) == 1)
        {
            throw new ConflictException(
                $"token '{id}' of the operator", "the last one that never expires", "one that is not the last", "Issue another one first.");
        }
        state.State.Tokens.Remove(revoked);
        return this.SaveAsync(state);
    }

    /// <inheritdoc/>
    public async Task<GatewayOrders> DrainAsync(bool on)
    {
        if (on != _drainingSince is not null)
        {
            state.State.DrainingSince = on ? Now : null;
            await this.SaveAsync(state);
            _drainingSince = state.State.DrainingSince;
        }
        return Orders();
    }

    /// <inheritdoc/>
    public Task<GatewayOrders> CheckInAsync(Guid gateway)
    {
        _gateways[gateway] = Now;
        foreach (var (gone, _) in _gateways.Where(known => Now - known.Value > Present).ToArray()) _gateways.Remove(gone);
        return Task.FromResult(Orders());
    }

    /// <inheritdoc/>
    public Task AddTenantAsync(string tenant)
    {
        Name.Check(tenant, "tenant");
        if (tenants.State.Names.Contains(tenant)) return Task.CompletedTask;
        if (tenants.State.Names.Count >= options.Value.MaximumTenants)
            throw new LimitExceededException("tenants", tenants.State.Names.Count + 1, options.Value.MaximumTenants);
        tenants.State.Names.Add(tenant);
        return this.SaveAsync(tenants);
    }

    /// <inheritdoc/>
    public Task<ImmutableArray<string>> ReadTenantsAsync() =>
        Task.FromResult<ImmutableArray<string>>([.. tenants.State.Names.Order(StringComparer.Ordinal)]);

    private GatewayOrders Orders() => new() { DrainingSince = _drainingSince, Gateways = _gateways.Count };
}

/// <summary>What the operator grain remembers of the operator.</summary>
[GenerateSerializer, Alias("fhe.state.operator")]
internal sealed class OperatorState
{
    /// <summary>The one token from when there were not several.</summary>
    [Id(0)]
    public byte[]? FormerTokenHash { get; set; }

    [Id(1)]
    public List<StoredToken> Tokens { get; set; } = [];

    /// <summary>Since when the operator drains the cluster.</summary>
    [Id(2)]
    public DateTimeOffset? DrainingSince { get; set; }
}

/// <summary>What the operator grain remembers of tenants.</summary>
[GenerateSerializer, Alias("fhe.state.tenants")]
internal sealed class TenantsState
{
    [Id(0)]
    public List<string> Names { get; set; } = [];
}
