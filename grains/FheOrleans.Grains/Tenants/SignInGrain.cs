using FheOrleans.Grains.Storage;
using Orleans;

namespace FheOrleans.Grains.Tenants;

/// <summary>Counts the failed tries of the addresses that fall to it, in memory only.</summary>
internal sealed class SignInGrain(TimeProvider time) : Grain, ISignInGrain
{
    private const int LongestAddress = 64;

    private readonly FailedSignIns _failed = new(time);

    /// <inheritdoc/>
    public Task<SignInVerdict> FailedAsync(FailedSignIn failure)
    {
        if (failure.Address is not { Length: > 0 and <= LongestAddress })
            throw new InvalidPayloadException("address", $"{failure.Address?.Length ?? 0} characters", $"1 to {LongestAddress}");
        if (failure.PerMinute < 1) throw new InvalidPayloadException("failed sign-ins in a minute", $"{failure.PerMinute}", "1 or more");
        if (failure.Good.Length > Limits.GoodTokensOfAnAddress)
            throw new InvalidPayloadException("tokens that were good", $"{failure.Good.Length}", $"at most {Limits.GoodTokensOfAnAddress}");
        TokenHash.Check(failure.Tried);
        foreach (var good in failure.Good) TokenHash.Check(good);
        return Task.FromResult(_failed.Add(failure));
    }
}
