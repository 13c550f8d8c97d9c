using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace FheOrleans.Grains.Tests;

/// <summary>Receipts: every result has one, signed, and it says what the result was computed of and by.</summary>
public sealed class ReceiptTests
{
    [Fact]
    public async Task Inference_SeveralParts_EachResultHasItsReceiptAndTheWholeOneOfAll()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear(windows: 5000);
        await farm.UploadAllAsync(platform, "brook");
        var events = await PredictionTests.InferAsync(platform, "brook", farm.Request());

        var declaration = farm.DatasetDeclaration();
        var parts = new List<byte[]>();
        foreach (var item in events.Where(item => item.State == PredictionState.PartCompleted).OrderBy(item => item.Part))
        {
            var receipt = Checked(item.Receipt);
            var chunks = await ChunkHashesAsync(platform, declaration, item.Part);
            Assert.Equal(
                ("fheorleans-receipt-1", "part", Platform.Tenant, "brook", "july", "keys", "herd", "herd", "lab/yield"),
                (Text(receipt, "format"), Text(receipt, "kind"), Text(receipt, "tenant"), Text(receipt, "owner"), Text(receipt, "inference"),
                    Text(receipt, "keySet"), Text(receipt, "dataset"), Text(receipt, "layout"), Text(receipt, "model")));
            Assert.Equal((item.Part, item.Parts, 1), (Number(receipt, "part"), Number(receipt, "parts"), Number(receipt, "modelVersion")));
            Assert.Equal(Hex(item.Result!), Text(receipt, "resultSha256"));
            Assert.Equal(Hex([.. chunks.SelectMany(hash => hash)]), Text(receipt, "inputSha256"));
            Assert.Equal(Hex(farm.Network.ToJson()), Text(receipt, "modelSha256"));
            Assert.Equal(
                Hex([.. SHA256.HashData(farm.Declaration.Parameters), .. SHA256.HashData(farm.Key(KeyObject.PublicKey))]), Text(receipt, "keySetSha256"));
            Assert.Equal(Platform.Key.KeyId, Text(receipt, "nodeKey"));
            parts.Add(SHA256.HashData(Encoding.UTF8.GetBytes(item.Receipt!.Statement)));
        }

        var whole = Checked(events[^1].Receipt);
        Assert.Equal(("inference", Hex([.. parts.SelectMany(hash => hash)])), (Text(whole, "kind"), Text(whole, "partsSha256")));
        Assert.False(whole.TryGetProperty("part", out _));
    }

    [Fact]
    public async Task ReadReceipt_AfterTheEndAndARestart_IsWhatWasPushed()
    {
        using var farm = TestFarm.Linear();
        var before = await Platform.StartAsync();
        await farm.UploadAllAsync(before, "brook");
        var events = await PredictionTests.InferAsync(before, "brook", farm.Request());

        await using var after = await before.RestartAsync();

        Same(events[0].Receipt, await after.Inference("brook").ReadReceiptAsync(0));
        Same(events[1].Receipt, await after.Inference("brook").ReadReceiptAsync(-1));
        var again = await PredictionTests.AllEventsAsync(after, "brook");
        Same(events[0].Receipt, again[0].Receipt);
        Same(events[1].Receipt, again[1].Receipt);
        await Assert.ThrowsAsync<NotFoundException>(() => after.Inference("brook").ReadReceiptAsync(1));
        await Assert.ThrowsAsync<NotFoundException>(() => after.Inference("brook", "ghost").ReadReceiptAsync(0));
    }

    [Fact]
    public async Task ReadReceipt_CancelledInference_NotReady()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadAllAsync(platform, "brook");
        var never = new TaskCompletionSource();
        platform.Payloads.BeforeRead = key => key.Contains("/datasets/", StringComparison.Ordinal) ? never.Task : Task.CompletedTask;
        await platform.Inference("brook").StartAsync(farm.Request());
        await platform.Inference("brook").CancelAsync();

        await Assert.ThrowsAsync<NotReadyException>(() => platform.Inference("brook").ReadReceiptAsync(0));
        await Assert.ThrowsAsync<NotReadyException>(() => platform.Inference("brook").ReadReceiptAsync(-1));
        never.SetResult();
    }

    /// <summary>The receipt's members, after its signature and its form were checked.</summary>
    internal static JsonElement Checked(SignedStatement? receipt)
    {
        Assert.NotNull(receipt);
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(Platform.Key.PublicKey, out _);
        var bytes = Encoding.UTF8.GetBytes(receipt.Statement);
        Assert.True(key.VerifyData(bytes, receipt.Signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        using var json = JsonDocument.Parse(bytes);
        var names = json.RootElement.EnumerateObject().Select(member => member.Name).ToArray();
        Assert.Equal(names.Order(StringComparer.Ordinal), names);
        Assert.DoesNotContain(' ', receipt.Statement);
        return json.RootElement.Clone();
    }

    private static async Task<byte[][]> ChunkHashesAsync(Platform platform, DatasetDeclaration declaration, int part)
    {
        var hashes = new byte[declaration.ChunksPerBatch][];
        for (var chunk = 0; chunk < hashes.Length; chunk++)
            hashes[chunk] = SHA256.HashData((await platform.Dataset("brook").ReadChunkAsync((part * hashes.Length) + chunk)).Bytes);
        return hashes;
    }

    private static void Same(SignedStatement? expected, SignedStatement? found)
    {
        Assert.Equal(expected!.Statement, found!.Statement);
        Assert.Equal(expected.Signature, found.Signature);
    }

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string? Text(JsonElement json, string name) => json.GetProperty(name).GetString();

    private static int Number(JsonElement json, string name) => json.GetProperty(name).GetInt32();
}
