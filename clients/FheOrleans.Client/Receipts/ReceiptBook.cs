using System.Security.Cryptography;
using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Nodes;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Client.Receipts;

/// <summary>The receipts of one inference, as the home keeps them.</summary>
/// <param name="ModelSha256">SHA-256 of the model's network, as the node stated it when the inference was asked for.</param>
/// <param name="Parts">The receipt of each part, by its number; they are kept as they came.</param>
/// <param name="Results">SHA-256 of the result of each part, by its number, as it was received.</param>
/// <param name="Whole">The receipt of the inference; null before its end.</param>
internal sealed record KeptReceipts(
    string ModelSha256, IReadOnlyDictionary<int, SignedStatement> Parts, IReadOnlyDictionary<int, string> Results, SignedStatement? Whole);

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
        if (home.Read<NodePublicKey>(KeyFile) is { } before && before.Id != key.Id) home.Write($"node-key-{before.Id[..16]}.json", before);
        home.Write(KeyFile, key);
        _key = key;
    }

    /// <summary>Remembers which model an inference is asked for. Called before the node is asked.</summary>
    public void Expect(string inference, string modelSha256)
    {
        if (Read(inference) is null) Write(inference, new(modelSha256, new Dictionary<int, SignedStatement>(), new Dictionary<int, string>(), null));
    }

    /// <summary>Checks and keeps a part's receipt.</summary>
    /// <exception cref="ReceiptMismatchException">It is missing, or not the result's, or not of what this farm sent and asked for.</exception>
    /// <exception cref="NodeKeyChangedException">It is by another key.</exception>
    public void TakePart(ForecastRecord forecast, UploadRecord upload, int part, ReadOnlySpan<byte> result, SignedStatement? receipt)
    {
        var what = $"receipt of part {part} of inference '{forecast.Inference}'";
        if (receipt is null) throw new ReceiptMismatchException(what, "none", "one with each result");
        var kept = Read(forecast.Inference) ?? new("", new Dictionary<int, SignedStatement>(), new Dictionary<int, string>(), null);
        var resultSha256 = Convert.ToHexStringLower(SHA256.HashData(result));
        CheckPart(what, receipt, forecast, upload, kept.ModelSha256, part, resultSha256);
        Write(forecast.Inference, kept with
        {
            Parts = new Dictionary<int, SignedStatement>(kept.Parts) { [part] = receipt },
            Results = new Dictionary<int, string>(kept.Results) { [part] = resultSha256 },
        });
    }

    /// <summary>Checks and keeps the receipt of a completed inference.</summary>
    /// <exception cref="ReceiptMismatchException">It is missing, or not over the part receipts that came.</exception>
    /// <exception cref="NodeKeyChangedException">It is by another key.</exception>
    public void TakeWhole(ForecastRecord forecast, UploadRecord upload, SignedStatement? receipt)
    {
        var what = $"receipt of inference '{forecast.Inference}'";
        if (receipt is null) throw new ReceiptMismatchException(what, "none", "one with the end");
        var kept = Read(forecast.Inference) ?? throw new ReceiptMismatchException(what, "one without any of its parts'", "the parts' receipts before it");
        CheckWhole(what, receipt, forecast, upload, kept);
        Write(forecast.Inference, kept with { Whole = receipt });
    }

    /// <summary>Checks again everything that is kept of an inference.</summary>
    /// <returns>How many receipts there are; null if none were kept of it.</returns>
    /// <exception cref="ForecastException">One of them is not what it must be.</exception>
    public int? Recheck(ForecastRecord forecast, UploadRecord upload)
    {
        if (Read(forecast.Inference) is not { } kept || kept.Parts.Count == 0) return null;
        foreach (var (part, receipt) in kept.Parts)
            CheckPart($"receipt of part {part} of inference '{forecast.Inference}'", receipt, forecast, upload, kept.ModelSha256, part, kept.Results.GetValueOrDefault(part) ?? "");
        foreach (var part in forecast.Read.Where(part => !kept.Parts.ContainsKey(part)))
            throw new ReceiptMismatchException($"receipt of part {part} of inference '{forecast.Inference}'", "none in this home", "one, since its result was read");
        if (kept.Whole is null) return kept.Parts.Count;
        CheckWhole($"receipt of inference '{forecast.Inference}'", kept.Whole, forecast, upload, kept);
        return kept.Parts.Count + 1;
    }

    /// <summary>What is kept of an inference; null for nothing.</summary>
    public KeptReceipts? Read(string inference) => home.Read<KeptReceipts>(FileOf(inference));

    private void CheckPart(
        string what, SignedStatement receipt, ForecastRecord forecast, UploadRecord upload, string modelSha256, int part, string resultSha256)
    {
        var members = StatementReader.Read(what, receipt, Key);
        Common(members, forecast, upload, modelSha256);
        members.Require("kind", "part");
        members.Require("part", part);
        members.Require("resultSha256", resultSha256);
        // Sent from another machine of this farm, or by an earlier version of this program: then only the node knows the chunks.
        var perBatch = ChunksPerBatch(upload);
        if (perBatch > 0 && _sent.OfChunks(upload.Dataset, part * perBatch, perBatch) is { } chunks) members.Require("inputSha256", chunks);
    }

    private void CheckWhole(string what, SignedStatement receipt, ForecastRecord forecast, UploadRecord upload, KeptReceipts kept)
    {
        var members = StatementReader.Read(what, receipt, Key);
        Common(members, forecast, upload, kept.ModelSha256);
        members.Require("kind", "inference");
        var parts = Enumerable.Range(0, forecast.Parts).Select(part => kept.Parts.GetValueOrDefault(part) is { } known ? StatementReader.HashOf(known.Statement) : null);
        members.Require("partsSha256", StatementReader.HashOver(parts) ?? throw new ReceiptMismatchException(what, "one over receipts that never came", "the receipt of each part before it"));
    }

    private void Common(StatementMembers members, ForecastRecord forecast, UploadRecord upload, string modelSha256)
    {
        var (profile, plan) = (home.ReadProfile(), CircuitPlan.FromJson(upload.Plan));
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
        if (modelSha256.Length > 0) members.Require("modelSha256", modelSha256);
        if (_sent.OfKeySet(upload.KeySet, plan.NeedsRelinearizationKeys, plan.NeedsGaloisKeys) is { } keySet) members.Require("keySetSha256", keySet);
    }

    private int ChunksPerBatch(UploadRecord upload) => upload.Batches == 0 ? 0 : _sent.CountOf(upload.Dataset) / upload.Batches;

    private void Write(string inference, KeptReceipts receipts) => home.Write(FileOf(inference), receipts);

    private static string FileOf(string inference) => Path.Combine("receipts", FarmHome.Checked(inference) + ".json");
}
