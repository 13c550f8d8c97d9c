namespace FheOrleans.Grains;

/// <summary>The key with which a node signs receipts and heads of ledgers: ECDSA over P-256 with SHA-256.</summary>
/// <remarks>The node's host supplies it; grains sign and never see the private key. Safe for concurrent use.</remarks>
public interface INodeKey
{
    /// <summary>SHA-256 of <see cref="PublicKey"/>, lower-case hexadecimal: what statements name the key by.</summary>
    string KeyId { get; }

    /// <summary>The public key as a DER <c>SubjectPublicKeyInfo</c> (RFC 5480), which <c>openssl</c> reads.</summary>
    byte[] PublicKey { get; }

    /// <summary>Signs a statement.</summary>
    /// <param name="statement">The statement's bytes; their SHA-256 is what is signed.</param>
    /// <returns>The signature as a DER <c>ECDSA-Sig-Value</c> (RFC 3279).</returns>
    byte[] Sign(ReadOnlySpan<byte> statement);
}
