using System.Net;
using FheOrleans.Client.Nodes;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Node.Tests.Malformed;

/// <summary>
/// What is not a key, not a ciphertext or not whole, against a real node: refused with a reason, not stored, and the node goes on.
/// </summary>
public sealed class UploadTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _place = new();
    private readonly TestKeys _keys = new();
    private NodeProcess _node = null!;
    private NodeClient _client = null!;
    private string _token = "";

    public async Task InitializeAsync()
    {
        _node = await NodeProcess.StartAsync(_place["node"]);
        _token = (await _node.JoinAsOwnerAsync("vale", "hill")).Token;
        _client = _node.Client(_token);
        await _keys.DeclareAsync(_client, "keys");
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _node.DisposeAsync();
    }

    public void Dispose()
    {
        _keys.Dispose();
        _place.Dispose();
    }

    [Fact]
    public async Task UploadKeyObject_SecretKey_IsRefusedAsSuchAndNotStored()
    {
        var secret = _keys.Secret.Export();
        foreach (var kind in Enum.GetValues<KeyObjectKind>())
        {
            var fault = await Assert.ThrowsAsync<NodeRefusedException>(() => _client.UploadKeyObjectAsync("keys", kind, secret));
            Assert.Equal((HttpStatusCode.BadRequest, ProblemTypes.SecretMaterial), (fault.Status, fault.Type));
        }
        await CompleteKeysAsync();
        await _keys.DeclareDatasetAsync(_client, "data", "keys");
        var asChunk = await Assert.ThrowsAsync<NodeRefusedException>(() => _client.UploadChunkAsync("data", 0, secret));
        Assert.Equal(ProblemTypes.SecretMaterial, asChunk.Type);

        Assert.Equal(0, await _node.StopAsync());
        // Some bytes out of the middle of the key: anywhere in any file of the node they would be found.
        var trace = secret.AsSpan(secret.Length / 2, 64).ToArray();
        foreach (var file in Directory.EnumerateFiles(_place["node"], "*", SearchOption.AllDirectories))
            Assert.True((await File.ReadAllBytesAsync(file)).AsSpan().IndexOf(trace) < 0, $"Part of the secret key is in {Path.GetFileName(file)}.");
        Assert.DoesNotContain(Convert.ToBase64String(trace), _node.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task UploadKeyObject_CutOffHalfWay_IsContinuedWhereTheNodeStands()
    {
        const int Piece = 1 << 20;
        using var large = TestKeys.Large();
        await large.DeclareAsync(_client, "large");
        var whole = large.GaloisKeys;
        using var cut = new CutContent(whole.AsMemory(0, Piece * 3 / 2), whole.Length);
        using (var http = PlainHttp.Create(_node.Address, _token))
        {
            // One request for the whole object; the line is cut in the middle of its second piece, when the first one is stored.
            var sending = http.PutAsync(Routes.KeyObjectOf("large", KeyObjectKind.Galois, 0), cut);
            await WaitForAsync(async () => (await GaloisOfAsync("large")).Received == Piece, "the first piece of a key object");
            cut.Cut();
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => sending);
        }

        var reports = new List<long>();
        await _client.UploadKeyObjectAsync("large", KeyObjectKind.Galois, whole, new Sink<long>(reports));

        Assert.Equal(Piece, reports[0]);
        Assert.Equal(whole.Length, reports[^1]);
        Assert.True((await GaloisOfAsync("large")).Complete);
    }

    [Fact]
    public async Task UploadDataset_CutOffHalfWay_SendsOnlyWhatIsMissing()
    {
        await CompleteKeysAsync();
        await _keys.DeclareDatasetAsync(_client, "data", "keys", batches: 4);
        using var cut = new CancellationTokenSource();
        var made = new List<int>();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _client.UploadDatasetAsync("data", async (index, stop) =>
        {
            lock (made) made.Add(index);
            if (index >= 4) await cut.CancelAsync();
            stop.ThrowIfCancellationRequested();
            return _keys.Encrypt(index);
        }, cancellation: cut.Token));
        var before = await _client.GetDatasetAsync("data");
        Assert.False(before.Complete);

        made.Clear();
        var reports = new List<UploadProgress>();
        await _client.UploadDatasetAsync(
            "data",
            (index, _) =>
            {
                lock (made) made.Add(index);
                return ValueTask.FromResult<ReadOnlyMemory<byte>>(_keys.Encrypt(index));
            },
            new Sink<UploadProgress>(reports));

        Assert.Equal(Enumerable.Range(0, 8).Except(before.Received), made.Order());
        Assert.True((await _client.GetDatasetAsync("data")).Complete);
        Assert.Equal((8, 8), (reports[^1].ChunksDone, reports[^1].ChunksTotal));
    }

    [Fact]
    public async Task UploadChunk_TruncatedOrFlipped_IsRefusedWithAReasonAndTheNodeGoesOn()
    {
        await CompleteKeysAsync();
        await _keys.DeclareDatasetAsync(_client, "data", "keys");
        var good = _keys.Encrypt(0.25);
        var bad = new Dictionary<string, byte[]>
        {
            ["half of it"] = good[..(good.Length / 2)],
            ["all but one byte"] = good[..^1],
            ["one byte more"] = [.. good, 0],
            ["its header only"] = good[..16],
            ["one byte"] = good[..1],
            ["two where one is declared"] = [.. good, .. _keys.Encrypt(0.5)],
            ["a public key"] = _keys.PublicKey,
            ["another compression"] = Flip(good, 5, 1),
            ["another version"] = Flip(good, 3, 0x40),
            ["another level's id"] = Flip(good, 16, 1),
            ["another degree"] = Flip(good, 16 + 32 + 1 + 8, 0x20),
            ["a word above its prime"] = Flip(good, 16 + 32 + 1 + 40 + 24 + 7, 0x80),
            ["an unknown generator"] = Flip(good, good.Length - 65, 0x40),
        };
        foreach (var (what, bytes) in bad)
        {
            var fault = await Assert.ThrowsAsync<NodeRefusedException>(() => _client.UploadChunkAsync("data", 0, bytes));
            Assert.True(fault.Status == HttpStatusCode.BadRequest && fault.Type is ProblemTypes.InvalidPayload or ProblemTypes.SecretMaterial, $"{what}: {fault.Message}");
            Assert.True(fault.Found is { Length: > 0 } && fault.Expected is { Length: > 0 }, $"{what}: {fault.Message}");
        }
        Assert.Empty((await _client.GetDatasetAsync("data")).Received);

        await _client.UploadChunkAsync("data", 0, good);
        Assert.Equal([0], (await _client.GetDatasetAsync("data")).Received);
    }

    [Fact]
    public async Task UploadChunk_OtherBytesUnderAnIndexThatIsThere_IsAConflict()
    {
        await CompleteKeysAsync();
        await _keys.DeclareDatasetAsync(_client, "data", "keys");
        var chunk = _keys.Encrypt(1);
        await _client.UploadChunkAsync("data", 0, chunk);
        await _client.UploadChunkAsync("data", 0, chunk);

        var fault = await Assert.ThrowsAsync<NodeRefusedException>(() => _client.UploadChunkAsync("data", 0, _keys.Encrypt(1)));

        Assert.Equal((HttpStatusCode.Conflict, ProblemTypes.Conflict), (fault.Status, fault.Type));
    }

    [Fact]
    public async Task DeclareKeySet_ParametersOverTheSecurityBound_AreRefusedWithTheBound()
    {
        // SEAL's own way of writing N = 4096 with 4 primes of 40 bits: 160 bits where the 2024 table allows 106.
        var insecure = Ckks.Wire.SealWriter.Write(Ckks.CkksParameters.Create(8192, 40, 40, 40, 40));
        BitConverter.TryWriteBytes(insecure.AsSpan(17), 4096UL);

        var fault = await Assert.ThrowsAsync<NodeRefusedException>(() => _client.DeclareKeySetAsync("weak", insecure, [], false, false));

        Assert.Equal((HttpStatusCode.BadRequest, ProblemTypes.InvalidPayload), (fault.Status, fault.Type));
        Assert.Contains("106", fault.Message, StringComparison.Ordinal);
    }

    private async Task CompleteKeysAsync()
    {
        await _client.UploadKeyObjectAsync("keys", KeyObjectKind.Public, _keys.PublicKey);
        await _client.UploadKeyObjectAsync("keys", KeyObjectKind.Relinearization, _keys.RelinearizationKeys);
        await _client.UploadKeyObjectAsync("keys", KeyObjectKind.Galois, _keys.GaloisKeys);
        Assert.True((await _client.GetKeySetAsync("keys")).Complete);
    }

    private async Task<KeyObjectProgress> GaloisOfAsync(string keySet) =>
        (await _client.GetKeySetAsync(keySet)).Objects.Single(item => item.Kind == KeyObjectKind.Galois);

    // The node is asked again as soon as it has answered.
    private static async Task WaitForAsync(Func<Task<bool>> condition, string what)
    {
        var deadline = TimeProvider.System.GetTimestamp();
        while (!await condition())
            if (TimeProvider.System.GetElapsedTime(deadline) > NodeProcess.Patience) throw new TimeoutException($"{what} did not come within {NodeProcess.Patience}.");
    }

    private static byte[] Flip(byte[] bytes, int at, byte bits)
    {
        var copy = bytes.ToArray();
        copy[at] ^= bits;
        return copy;
    }

    /// <summary>States a length, sends less, and breaks the connection when it is told to.</summary>
    private sealed class CutContent : HttpContent
    {
        private readonly TaskCompletionSource _cut = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ReadOnlyMemory<byte> _sent;
        private readonly long _stated;

        public CutContent(ReadOnlyMemory<byte> sent, long stated)
        {
            (_sent, _stated) = (sent, stated);
            Headers.ContentType = new("application/octet-stream");
        }

        public void Cut() => _cut.SetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(_sent);
            await stream.FlushAsync();
            await _cut.Task;
            throw new IOException("The line was cut.");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _stated;
            return true;
        }
    }

    private sealed class Sink<T>(List<T> reports) : IProgress<T>
    {
        public void Report(T value)
        {
            lock (reports) reports.Add(value);
        }
    }
}
