using Orleans;

namespace FheOrleans.Grains;

/// <summary>
/// Counts failed tries to sign in or to join, of the addresses that fall to it and over all gateways. Only a try that failed is told to
/// it.
/// Key: <see cref="GrainKeys.SignIns"/>.
/// </summary>
/// <remarks>It stores nothing: when it is activated anew, its minute begins anew.</remarks>
[Alias("fhe.sign-ins")]
public interface ISignInGrain : IGrainWithStringKey
{
    /// <summary>Counts a try that failed.</summary>
    /// <param name="failure">The try.</param>
    /// <returns>How long its address waits before the next, and who may try meanwhile.</returns>
    /// <exception cref="InvalidPayloadException">A hash or a number is none.</exception>
    [Alias("failed"), ResponseTimeout("00:00:03")]
    Task<SignInVerdict> FailedAsync(FailedSignIn failure);
}
