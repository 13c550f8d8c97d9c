using System.Net;
using FheOrleans.Client.Nodes;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Node.Tests.Malformed;

/// <summary>What is not a key, not a ciphertext or not whole, against a real node: refused with a reason, not stored, and the node goes on.</summary>
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
        var half = 1 << 20;
        Assert.True(_keys.GaloisKeys.Length > 200_000);
        using (var http = PlainHttp.Create(_node.Address, _token))
        {
            using var broken = new HttpRequestMessage(HttpMethod.Put, Routes.KeyObjectOf("keys", KeyObjectKind.Galois, 0));
            broken.Content = new BrokenContent(_keys.GaloisKeys.AsMemory(0, Math.Min(half, _keys.GaloisKeys.Length / 2)), _keys.GaloisKeys.Length);
            broken.Content.Headers.ContentType = new("application/octet-stream");
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => http.SendAsync(broken));
        }
        // A second break, at a piece's end: what was acknowledged is kept, and asked for.
        var first = _keys.GaloisKeys.AsMemory(0, 100_000);
        var received = await SendPieceAsync(first, 0);
        Assert.Equal(first.Length, received);

        var reports = new List<long>();
        await _client.UploadKeyObjectAsync("keys", KeyObjectKind.Galois, _keys.GaloisKeys, new Sink<long>(reports));

        Assert.Equal(first.Length, reports[0]);
        Assert.Equal(_keys.GaloisKeys.Length, reports[^1]);
        Assert.True((await _client.GetKeySetAsync("keys")).Objects.Single(item => item.Kind == KeyObjectKind.Galois).Complete);
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
        var insecure = _keys.ParametersBytes;
        var primes = Ckks.CkksParameters.Create(8192, 40, 40, 40, 40);
        insecure = Ckks.Wire.SealWriter.Write(primes);
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

    private async Task<long> SendPieceAsync(ReadOnlyMemory<byte> piece, long offset)
    {
        using var http = PlainHttp.Create(_node.Address, _token);
        using var content = new ReadOnlyMemoryContent(piece);
        content.Headers.ContentType = new("application/octet-stream");
        using var response = await http.PutAsync(Routes.KeyObjectOf("keys", KeyObjectKind.Galois, offset), content);
        response.EnsureSuccessStatusCode();
        using var json = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return json.RootElement.GetProperty("received").GetInt64();
    }

    private static byte[] Flip(byte[] bytes, int at, byte bits)
    {
        var copy = bytes.ToArray();
        copy[at] ^= bits;
        return copy;
    }

    /// <summary>States a length, sends less and breaks the connection.</summary>
    private sealed class BrokenContent(ReadOnlyMemory<byte> sent, long stated) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await stream.WriteAsync(sent);
            await stream.FlushAsync();
            throw new IOException("The line was cut.");
        }

        protected override bool TryComputeLength(out long length)
        {
            length = stated;
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
