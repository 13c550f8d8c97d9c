namespace FheOrleans.Gateway.Contracts;

/// <summary>Answer of <c>GET /v1/node</c>: with which key the node signs.</summary>
/// <param name="Key">The key of receipts and ledger heads.</param>
public sealed record NodeDescription(NodePublicKey Key);

/// <summary>A node's public key.</summary>
/// <param name="Id">SHA-256 of <paramref name="SubjectPublicKeyInfo"/>, lower-case hexadecimal: what statements name the key by.</param>
/// <param name="Algorithm"><c>ecdsa-p256-sha256</c>; signatures are DER.</param>
/// <param name="SubjectPublicKeyInfo">The key in DER (base64 in JSON).</param>
/// <param name="Pem">The same key as PEM, which <c>openssl</c> reads.</param>
public sealed record NodePublicKey(string Id, string Algorithm, byte[] SubjectPublicKeyInfo, string Pem);

/// <summary>A statement of the node and its signature: a receipt, or the head of a ledger. docs/receipts.md has their members.</summary>
/// <param name="Statement">Canonical JSON (RFC 8785). Its UTF-8 bytes are what is signed, so it crosses as a text and not as an object.</param>
/// <param name="Signature">ECDSA over P-256 with SHA-256, DER (base64 in JSON).</param>
public sealed record SignedStatement(string Statement, byte[] Signature);

/// <summary>Answer of <c>GET /v1/ledger</c>: one page of the caller's ledger.</summary>
/// <param name="Entries">
/// Entries in order, each in canonical JSON, as texts: the SHA-256 of one's UTF-8 bytes is the <c>previousSha256</c> of the next.
/// </param>
/// <param name="More">True when asking again after the last one would give more.</param>
/// <param name="Head">The number and SHA-256 of the last entry of the whole ledger, signed.</param>
public sealed record LedgerPage(IReadOnlyList<string> Entries, bool More, SignedStatement Head);
