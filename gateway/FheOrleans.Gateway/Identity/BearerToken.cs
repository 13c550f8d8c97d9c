using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace FheOrleans.Gateway.Identity;

/// <summary>
/// The text of tokens and invitation codes: who they are for, in the clear, and 256 random bits. Only the SHA-256 of the whole text is
/// kept; with that many random bits a slow hash would add nothing.
/// </summary>
internal static class BearerToken
{
    private const string Prefix = "fo";
    private const string OperatorName = "operator";
    private const int SecretBytes = 32;
    private const int LongestText = 200;

    /// <summary>Makes a member's token, <c>fo.tenant.name.secret</c>.</summary>
    public static string ForMember(string tenant, string name) => $"{Prefix}.{tenant}.{name}.{NewSecret()}";

    /// <summary>Makes an operator's token, <c>fo.operator.secret</c>.</summary>
    public static string ForOperator() => $"{Prefix}.{OperatorName}.{NewSecret()}";

    /// <summary>Makes an invitation's code, <c>tenant.name.secret</c>.</summary>
    public static string InvitationCode(string tenant, string name) => $"{tenant}.{name}.{NewSecret()}";

    /// <summary>What is kept of a token or a code.</summary>
    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    /// <summary>Whether the text has the form of an operator's token.</summary>
    public static bool IsOperator(string text) => Parts(text) is [Prefix, OperatorName, { Length: > 0 }];

    /// <summary>Reads whose token a text claims to be.</summary>
    public static bool TryReadMember(string text, [NotNullWhen(true)] out string? tenant, [NotNullWhen(true)] out string? name)
    {
        (tenant, name) = Parts(text) is [Prefix, var first, var second, { Length: > 0 }] ? (first, second) : (null, null);
        return tenant is not null && name is not null;
    }

    /// <summary>Reads whom an invitation code is for.</summary>
    public static bool TryReadInvitation(string text, [NotNullWhen(true)] out string? tenant, [NotNullWhen(true)] out string? name)
    {
        (tenant, name) = Parts(text) is [var first, var second, { Length: > 0 }] ? (first, second) : (null, null);
        return tenant is not null && name is not null;
    }

    private static string[] Parts(string text) => text.Length <= LongestText ? text.Split('.') : [];

    private static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(SecretBytes));
}
