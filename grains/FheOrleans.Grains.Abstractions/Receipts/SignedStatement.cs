using Orleans;

namespace FheOrleans.Grains;

/// <summary>
/// A statement of the node with its signature: a receipt, or the head of a ledger. docs/receipts.md says what is in each, and how to check
/// one without this program.
/// </summary>
[GenerateSerializer, Immutable, Alias("fhe.signed-statement")]
public sealed record SignedStatement
{
    /// <summary>
    /// Canonical JSON (RFC 8785): one flat object of ASCII strings and whole numbers, members in order of their names, no white space. Its
    /// UTF-8 bytes are what is signed.
    /// </summary>
    [Id(0)]
    public required string Statement { get; init; }

    /// <summary>The signature by the node's key: <see cref="INodeKey.Sign"/>.</summary>
    [Id(1)]
    public required byte[] Signature { get; init; }
}
