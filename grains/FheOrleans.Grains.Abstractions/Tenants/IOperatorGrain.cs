using Orleans;

namespace FheOrleans.Grains;

/// <summary>The operator of this node. Key: <see cref="GrainKeys.Operator"/>.</summary>
[Alias("fhe.operator")]
public interface IOperatorGrain : IGrainWithStringKey
{
    /// <summary>Sets the operator's token. The same token again is no error.</summary>
    /// <param name="tokenHash">SHA-256 of the token, 32 bytes.</param>
    /// <returns>When it is stored.</returns>
    /// <exception cref="AccessRefusedException">Another token is enrolled already.</exception>
    [Alias("enrol")]
    Task EnrolAsync(byte[] tokenHash);

    /// <summary>Whether a token is the operator's.</summary>
    /// <param name="tokenHash">SHA-256 of the token, 32 bytes.</param>
    /// <returns>True if it is; compared in constant time.</returns>
    [Alias("authenticate")]
    Task<bool> AuthenticateAsync(byte[] tokenHash);
}
