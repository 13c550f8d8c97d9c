using System.Security.Cryptography;
using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Nodes;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Client.Receipts;

/// <summary>The receipts of one inference, as the home keeps them.</summary>
/// <param name="ModelSha256">SHA-256 of the model's network, as the node stated it when the inference was asked for.</param>
/// <param name="KeySetSha256">The hash of the key set as it was sent from here; null where it was not.</param>
/// <param name="Parts">What came of each part, by its number.</param>
/// <param name="Whole">The receipt of the inference; null before its end.</param>
internal sealed record KeptReceipts(string ModelSha256, string? KeySetSha256, IReadOnlyDictionary<int, KeptPart> Parts, SignedStatement? Whole);

/// <summary>The receipt of one part and what it was held against when it came: keys and data of that name may be others by now.</summary>
/// <param name="Receipt">The receipt, as it came.</param>
/// <param name="InputSha256">The hash over the chunks as they were sent from here; null where they were not.</param>
/// <param name="ResultSha256">SHA-256 of the result as it was received.</param>
internal sealed record KeptPart(SignedStatement Receipt, string? InputSha256, string ResultSha256);

/// <summary>Checks receipts when they come, and keeps them. Nothing is decrypted before its receipt was checked.</summary>
internal sealed class ReceiptBook(FarmHome home)
{
    private const string KeyFile = "node-key.json";

    private readonly SentHashes _sent = new(home);
    private NodePublicKey? _key;

    /// <summary>The key of the node that this farm has known from the beginning.</summary>
    /// <exception cref="FarmHomeException">It never met the node.</exception>
    public NodePublicKey Key => _key ??= home.Read<NodePublicKey>(KeyFile)
        ?? throw new FarmHomeException("This home does not know the node's key yet. Run 'farm results' or 'farm verify' with the node at hand.");

    /// <summary>Asks the node for its key the first time, and remembers it: from then on a statement by another key is refused.</summary>
    /// <exception cref="NodeException">The node is not there.</exception>
    public async Task MeetAsync(NodeClient node, CancellationToken cancellation)
    {
        if (home.Read<NodePublicKey>(KeyFile) is not null) return;
        home.Write(KeyFile, StatementReader.Checked((await node.GetNodeAsync(cancellation).ConfigureAwait(false)).Key));
    }

    /// <summary>Takes the node's present key for the one to expect; the one before is kept beside it.</summary>
    public async Task AcceptKeyAsync(NodeClient node, CancellationToken cancellation)
    {
        var key = StatementReader.Checked((await node.GetNodeAsync(cancellation).ConfigureAwait(false)).Key);
        if (home.Read<NodePublicKey>(KeyFile) is { } before && before.Id != key.Id) home.Write(FileOfFormer(before.Id), before);
        home.Write(KeyFile, key);
        _key = key;
    }

    /// <summary>
    /// The key to check a receipt with that was taken before: the one it names, if this farm expected that one once. What comes new is held against
    /// <see cref="Key"/> alone: who has an old key can still sign with it.
    /// </summary>
    public NodePublicKey KeyOf(SignedStatement taken)
    {
        var named = StatementReader.Read("receipt", taken.Statement).Text("nodeKey");
        if (named is not { Length: 64 } || named == Key.Id || !named.All(char.IsAsciiHexDigitLower)) return Key;
        return home.Read<NodePublicKey>(FileOfFormer(named)) is { } former && former.Id == named ? StatementReader.Checked(former) : Key;
    }

    /// <summary>The hash of the network that the node says it will compute with: the receipts must name the same.</summary>
    /// <returns>Lower-case hexadecimal; empty where the node states none.</returns>
    public static async Task<string> ModelSha256Async(NodeClient node, string model, int version, CancellationToken cancellation)
    {
        var description = await node.GetModelAsync(model, cancellation).ConfigureAwait(false);
        var sha256 = description.Versions.FirstOrDefault(item => item.Version == version)?.Sha256 ?? "";
        return sha256.Length == 0 ? "" : Convert.ToHexStringLower(Convert.FromHexString(sha256));
    }

    /// <summary>Remembers which model an inference is asked for. Called before the node is asked.</summary>
    public void Expect(string inference, string modelSha256)
    {
        if (Read(inference) is null) Write(inference, new(modelSha256, null, new Dictionary<int, KeptPart>(), null));
    }

    /// <summary>Checks and keeps a part's receipt.</summary>
    /// <exception cref="ReceiptMismatchException">It is missing, or not the result's, or not of what this farm sent and asked for.</exception>
    /// <exception cref="NodeKeyChangedException">It is by another key.</exception>
    public void TakePart(ForecastRecord forecast, UploadRecord upload, int part, ReadOnlySpan<byte> result, SignedStatement? receipt)
    {
        var what = $"receipt of part {part} of inference '{forecast.Inference}'";
        if (receipt is null) throw new ReceiptMismatchException(what, "none", "one with each result");
        var kept = Read(forecast.Inference) ?? new("", null, new Dictionary<int, KeptPart>(), null);
        // Sent from another machine of this farm, or by an earlier version of this program: then only the node knows keys and chunks.
        var (plan, perBatch) = (CircuitPlan.FromJson(upload.Plan), upload.Batches == 0 ? 0 : _sent.CountOf(upload.Dataset) / upload.Batches);
        kept = kept with { KeySetSha256 = kept.KeySetSha256 ?? _sent.OfKeySet(upload.KeySet, plan.NeedsRelinearizationKeys, plan.NeedsGaloisKeys) };
        var taken = new KeptPart(
            receipt, perBatch == 0 ? null : _sent.OfChunks(upload.Dataset, part * perBatch, perBatch), Convert.ToHexStringLower(SHA256.HashData(result)));
        CheckPart(what, taken, forecast, upload, kept, part, Key);
        Write(forecast.Inference, kept with { Parts = new Dictionary<int, KeptPart>(kept.Parts) { [part] = taken } });
    }

    /// <summary>Checks and keeps the receipt of a completed inference.</summary>
    /// <exception cref="ReceiptMismatchException">It is missing, or not over the part receipts that came.</exception>
    /// <exception cref="NodeKeyChangedException">It is by another key.</exception>
    public void TakeWhole(ForecastRecord forecast, UploadRecord upload, SignedStatement? receipt)
    {
        var what = $"receipt of inference '{forecast.Inference}'";
        if (receipt is null) throw new ReceiptMismatchException(what, "none", "one with the end");
        var kept = Read(forecast.Inference) ?? throw new ReceiptMismatchException(what, "one without any of its parts'", "the parts' receipts before it");
        CheckWhole(what, receipt, forecast, upload, kept, Key);
        Write(forecast.Inference, kept with { Whole = receipt });
    }

    /// <summary>Checks again everything that is kept of an inference.</summary>
    /// <returns>How many receipts there are; null if none were kept of it.</returns>
    /// <exception cref="ForecastException">One of them is not what it must be.</exception>
    public int? Recheck(ForecastRecord forecast, UploadRecord upload)
    {
        if (Read(forecast.Inference) is not { } kept || kept.Parts.Count == 0) return null;
        foreach (var (part, taken) in kept.Parts)
            CheckPart($"receipt of part {part} of inference '{forecast.Inference}'", taken, forecast, upload, kept, part, KeyOf(taken.Receipt));
        foreach (var part in forecast.Read.Where(part => !kept.Parts.ContainsKey(part)))
            throw new ReceiptMismatchException($"receipt of part {part} of inference '{forecast.Inference}'", "none in this home", "one, since its result was read");
        if (kept.Whole is null) return kept.Parts.Count;
        CheckWhole($"receipt of inference '{forecast.Inference}'", kept.Whole, forecast, upload, kept, KeyOf(kept.Whole));
        return kept.Parts.Count + 1;
    }

    /// <summary>What is kept of an inference; null for nothing.</summary>
    public KeptReceipts? Read(string inference) => home.Read<KeptReceipts>(FileOf(inference));

    private void CheckPart(string what, KeptPart taken, ForecastRecord forecast, UploadRecord upload, KeptReceipts kept, int part, NodePublicKey key)
    {
        var members = StatementReader.Read(what, taken.Receipt, key);
        Common(members, forecast, upload, kept);
        members.Require("kind", "part");
        members.Require("part", part);
        members.Require("resultSha256", taken.ResultSha256);
        if (taken.InputSha256 is { } input) members.Require("inputSha256", input);
    }

    private void CheckWhole(string what, SignedStatement receipt, ForecastRecord forecast, UploadRecord upload, KeptReceipts kept, NodePublicKey key)
    {
        var members = StatementReader.Read(what, receipt, key);
        Common(members, forecast, upload, kept);
        members.Require("kind", "inference");
        var parts = Enumerable.Range(0, forecast.Parts)
            .Select(part => kept.Parts.GetValueOrDefault(part) is { } known ? StatementReader.HashOf(known.Receipt.Statement) : null);
        var expected = StatementReader.HashOver(parts)
            ?? throw new ReceiptMismatchException(what, "one over receipts that never came", "the receipt of each part before it");
        members.Require("partsSha256", expected);
    }

    private void Common(StatementMembers members, ForecastRecord forecast, UploadRecord upload, KeptReceipts kept)
    {
        var profile = home.ReadProfile();
        members.Require("format", "fheorleans-receipt-1");
        members.Require("tenant", profile.Tenant);
        members.Require("owner", profile.Owner);
        members.Require("inference", forecast.Inference);
        members.Require("dataset", upload.Dataset);
        members.Require("keySet", upload.KeySet);
        members.Require("layout", upload.Form);
        members.Require("model", forecast.Model);
        members.Require("modelVersion", forecast.Version);
        members.Require("parts", forecast.Parts);
        if (kept.ModelSha256.Length > 0) members.Require("modelSha256", kept.ModelSha256);
        if (kept.KeySetSha256 is { } keySet) members.Require("keySetSha256", keySet);
    }

    private void Write(string inference, KeptReceipts receipts) => home.Write(FileOf(inference), receipts);

    private static string FileOfFormer(string key) => $"node-key-{key[..16]}.json";

    private static string FileOf(string inference) => Path.Combine("receipts", FarmHome.Checked(inference) + ".json");
}
