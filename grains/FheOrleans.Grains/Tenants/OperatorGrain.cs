using FheOrleans.Grains.Storage;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Tenants;

/// <summary>Knows the operator's token by its hash.</summary>
internal sealed class OperatorGrain([PersistentState("operator")] IPersistentState<OperatorState> state) : Grain, IOperatorGrain
{
    /// <inheritdoc/>
    public Task EnrolAsync(byte[] tokenHash)
    {
        TokenHash.Check(tokenHash);
        if (TokenHash.Equal(state.State.TokenHash, tokenHash)) return Task.CompletedTask;
        if (state.State.TokenHash is not null) throw new AccessRefusedException("the operator has another token already.");
        state.State.TokenHash = tokenHash;
        return this.SaveAsync(state);
    }

    /// <inheritdoc/>
    public Task<bool> AuthenticateAsync(byte[] tokenHash) => Task.FromResult(TokenHash.Equal(state.State.TokenHash, tokenHash));
}

/// <summary>What the operator grain remembers.</summary>
[GenerateSerializer, Alias("fhe.state.operator")]
internal sealed class OperatorState
{
    [Id(0)]
    public byte[]? TokenHash { get; set; }
}
