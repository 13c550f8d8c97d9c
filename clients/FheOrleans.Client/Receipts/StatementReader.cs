using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Client.Receipts;

/// <summary>The members of a statement.</summary>
/// <param name="What">Which statement it is, for messages.</param>
/// <param name="Members">The one flat object.</param>
internal sealed record StatementMembers(string What, JsonElement Members)
{
    /// <summary>A text; null where the statement does not have it.</summary>
    public string? Text(string name) => Members.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A whole number; -1 where the statement does not have it.</summary>
    public long Number(string name) =>
        Members.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : -1;

    /// <exception cref="ReceiptMismatchException">The member is another, or missing.</exception>
    public void Require(string name, string expected)
    {
        if (Text(name) is not { } found) throw new ReceiptMismatchException(What, $"no {name}", $"{name} {expected}");
        // What is compared was signed by the node, so it is safe to be shown: names, numbers and hashes of ciphertexts.
        if (found != expected) throw new ReceiptMismatchException(What, $"{name} {Shortened(found)}", $"{name} {expected}");
    }

    /// <exception cref="ReceiptMismatchException">The member is another, or missing.</exception>
    public void Require(string name, long expected)
    {
        if (Number(name) != expected) throw new ReceiptMismatchException(What, $"{name} {Number(name)}", $"{name} {expected}");
    }

    private static string Shortened(string text) => text.Length <= 100 ? text : text[..100] + "…";
}

/// <summary>Reads statements and checks their signatures: docs/receipts.md.</summary>
internal static class StatementReader
{
    private const int LongestStatement = 8192;

    /// <summary>Checks a signature and reads the statement.</summary>
    /// <exception cref="ReceiptMismatchException">The signature does not hold, or the statement is none.</exception>
    /// <exception cref="NodeKeyChangedException">It names another key.</exception>
    public static StatementMembers Read(string what, SignedStatement signed, NodePublicKey key)
    {
        var members = Read(what, signed.Statement);
        if (members.Text("nodeKey") is { } named && named != key.Id) throw new NodeKeyChangedException(named, key.Id);
        members.Require("nodeKey", key.Id);
        using var verifier = ECDsa.Create();
        verifier.ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo, out _);
        if (!verifier.VerifyData(Encoding.UTF8.GetBytes(signed.Statement), signed.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence))
            throw new ReceiptMismatchException(what, "a signature that does not hold", $"one by the node's key {key.Id}");
        return members;
    }

    /// <summary>Reads a statement that is not signed by itself: an entry of a ledger.</summary>
    /// <exception cref="ReceiptMismatchException">It is no flat JSON object, or longer than any statement.</exception>
    public static StatementMembers Read(string what, string statement)
    {
        if (statement.Length <= LongestStatement)
        {
            try
            {
                using var json = JsonDocument.Parse(statement, new() { MaxDepth = 2 });
                if (json.RootElement.ValueKind == JsonValueKind.Object) return new(what, json.RootElement.Clone());
            }
            catch (JsonException)
            {
                // Said below: the parser's message would quote the text.
            }
        }
        throw new ReceiptMismatchException(what, $"{statement.Length} characters that are no statement", "one flat JSON object");
    }

    /// <summary>Whether a public key is what its id says, and a key of P-256.</summary>
    /// <exception cref="ReceiptMismatchException">It is not.</exception>
    public static NodePublicKey Checked(NodePublicKey key)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(key.SubjectPublicKeyInfo));
        if (id != key.Id) throw new ReceiptMismatchException("node's public key", $"a key of the id {id}", key.Id);
        try
        {
            using var verifier = ECDsa.Create();
            verifier.ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo, out _);
            if (verifier.KeySize == 256) return key;
        }
        catch (CryptographicException)
        {
            // Said below.
        }
        throw new ReceiptMismatchException("node's public key", "no key of P-256", "one");
    }

    /// <summary>SHA-256 of a statement's bytes, as statements have hashes.</summary>
    public static string HashOf(string statement) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(statement)));

    /// <summary>SHA-256 of hashes one behind the other, 32 bytes each; null if one of them is not known.</summary>
    public static string? HashOver(IEnumerable<string?> hashes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var one in hashes)
        {
            if (one is null) return null;
            hash.AppendData(Convert.FromHexString(one));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
