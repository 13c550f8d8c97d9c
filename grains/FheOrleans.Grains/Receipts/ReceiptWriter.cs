using System.Security.Cryptography;
using System.Text;
using FheOrleans.Grains.Storage;

namespace FheOrleans.Grains.Receipts;

/// <summary>What a result was computed of and by: what all receipts of one inference, or of one subscription, have in common.</summary>
/// <param name="Key">Whose it is, and its name.</param>
/// <param name="Request">What was asked for.</param>
/// <param name="KeySetSha256">The key set's hash: <see cref="KeySetDescription.Sha256"/>.</param>
/// <param name="ModelSha256">SHA-256 of the network's bytes.</param>
/// <param name="Parts">How many parts there are.</param>
internal sealed record ReceiptSubject(OwnedKey Key, InferenceRequest Request, byte[] KeySetSha256, byte[] ModelSha256, int Parts);

/// <summary>Writes and signs receipts. docs/receipts.md is their definition; a change of what is written here is a new format.</summary>
internal sealed class ReceiptWriter(INodeKey nodeKey, TimeProvider time)
{
    internal const string Format = "fheorleans-receipt-1";

    private const string TimeMember = ",\"time\":";

    /// <summary>The receipt of one part's result.</summary>
    /// <param name="subject">What it was computed of.</param>
    /// <param name="part">The part, from 0.</param>
    /// <param name="inputSha256">The hash over the part's chunks.</param>
    /// <param name="resultSha256">The hash of the result's bytes.</param>
    internal SignedStatement OfPart(ReceiptSubject subject, int part, byte[] inputSha256, byte[] resultSha256) => Sign(Statement(
        subject, "part", part, CanonicalJson.Hex(inputSha256), CanonicalJson.Hex(resultSha256), partsSha256: null));

    /// <summary>The receipt of a completed inference: it holds a hash over the receipts of all parts.</summary>
    /// <param name="subject">What it was computed of.</param>
    /// <param name="partReceiptHashes">SHA-256 of each part's statement, in order.</param>
    internal SignedStatement OfWhole(ReceiptSubject subject, IEnumerable<byte[]> partReceiptHashes) => Sign(Statement(
        subject, "inference", part: null, inputSha256: null, resultSha256: null, CanonicalJson.Hex(Hashes.Over(partReceiptHashes))));

    /// <summary>The receipt of a live forecast.</summary>
    /// <param name="key">Whose subscription it is, and its name.</param>
    /// <param name="request">What was asked for, with the version that forecast.</param>
    /// <param name="hashes">The key set's hash and that of the network's bytes.</param>
    /// <param name="point">The point after which it is.</param>
    /// <param name="windowSha256">The hash over the chunks of all points of the window, oldest first.</param>
    /// <param name="resultSha256">The hash of the result's bytes.</param>
    internal SignedStatement OfPoint(
        OwnedKey key, SubscriptionRequest request, (byte[] KeySet, byte[] Model) hashes, int point, byte[] windowSha256, byte[] resultSha256) => Sign(CanonicalJson.Write(
            ("format", Format),
            ("inputSha256", CanonicalJson.Hex(windowSha256)),
            ("keySet", request.KeySet),
            ("keySetSha256", CanonicalJson.Hex(hashes.KeySet)),
            ("kind", "live"),
            ("layout", "live"),
            ("model", request.Model),
            ("modelSha256", CanonicalJson.Hex(hashes.Model)),
            ("modelVersion", request.Version),
            ("nodeKey", nodeKey.KeyId),
            ("owner", key.Owner),
            ("point", point),
            ("resultSha256", CanonicalJson.Hex(resultSha256)),
            ("subscription", key.Name),
            ("tenant", key.Tenant),
            ("time", CanonicalJson.Time(time.GetUtcNow()))));

    /// <summary>Whether two receipts say the same, be it at another time: a statement ends with its time.</summary>
    internal static bool SaysTheSame(SignedStatement left, SignedStatement right) => WithoutTime(left).SequenceEqual(WithoutTime(right));

    /// <summary>Signs a statement.</summary>
    /// <param name="statement">Canonical JSON.</param>
    internal SignedStatement Sign(string statement) => new() { Statement = statement, Signature = nodeKey.Sign(Encoding.UTF8.GetBytes(statement)) };

    private static ReadOnlySpan<char> WithoutTime(SignedStatement receipt) =>
        receipt.Statement.LastIndexOf(TimeMember, StringComparison.Ordinal) is >= 0 and var end ? receipt.Statement.AsSpan(0, end) : receipt.Statement;

    private string Statement(ReceiptSubject subject, string kind, object? part, string? inputSha256, string? resultSha256, string? partsSha256) => CanonicalJson.Write(
        ("dataset", subject.Request.Dataset),
        ("format", Format),
        ("inference", subject.Key.Name),
        ("inputSha256", inputSha256),
        ("keySet", subject.Request.KeySet),
        ("keySetSha256", CanonicalJson.Hex(subject.KeySetSha256)),
        ("kind", kind),
        ("layout", subject.Request.Form),
        ("model", subject.Request.Model),
        ("modelSha256", CanonicalJson.Hex(subject.ModelSha256)),
        ("modelVersion", subject.Request.Version),
        ("nodeKey", nodeKey.KeyId),
        ("owner", subject.Key.Owner),
        ("part", part),
        ("parts", subject.Parts),
        ("partsSha256", partsSha256),
        ("resultSha256", resultSha256),
        ("tenant", subject.Key.Tenant),
        ("time", CanonicalJson.Time(time.GetUtcNow())));
}

/// <summary>Hashes over several things.</summary>
internal static class Hashes
{
    /// <summary>SHA-256 of a statement's bytes.</summary>
    internal static byte[] Of(SignedStatement statement) => SHA256.HashData(Encoding.UTF8.GetBytes(statement.Statement));

    /// <summary>SHA-256 of hashes one behind the other, 32 bytes each.</summary>
    internal static byte[] Over(IEnumerable<byte[]> hashes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var one in hashes) hash.AppendData(one);
        return hash.GetHashAndReset();
    }
}
