using FheOrleans.Gateway.Identity;

namespace FheOrleans.Gateway;

/// <summary>The operator's token, for the node that makes it on its first start.</summary>
public static class OperatorToken
{
    /// <summary>Makes a token with 256 random bits, <c>fo.operator.secret</c>.</summary>
    public static string New() => BearerToken.ForOperator();

    /// <summary>What is kept of a token: its SHA-256, 32 bytes.</summary>
    /// <param name="token">The token's text.</param>
    public static byte[] Hash(string token) => BearerToken.Hash(token);
}
