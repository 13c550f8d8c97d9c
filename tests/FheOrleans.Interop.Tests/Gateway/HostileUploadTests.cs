using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using FheOrleans.Interop.Tests.Support;
using FheOrleans.Node.Tests.Support;
using Xunit.Abstractions;

namespace FheOrleans.Interop.Tests.Gateway;

/// <summary>Whatever is uploaded in place of a SEAL object: 400, what was found, what was expected, and the node goes on.</summary>
public class HostileUploadTests(ITestOutputHelper output)
{
    private const long Gibibyte = 1L << 30;

    // Measured: 20 to 40 MiB. A heap moves by tens of megabytes between two collections; one bomb that goes off takes a thousand.
    private const long MemoryBound = 96L << 20;

    private static readonly TimeSpan TimeBound = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Upload_MalformedObjectsOfEveryKindAndBombs_AreRefusedWithReasonsAndTheNodeGoesOn()
    {
        using var place = new TemporaryFolder();
        await using var node = await NodeProcess.StartAsync(place["node"]);
        var owner = await node.JoinAsOwnerAsync("vale", "hill");
        await using var client = node.Client(owner.Token);
        using var http = PlainHttp.Create(node.Address, owner.Token);
        using var keys = new TestKeys();
        await keys.DeclareAsync(client, "keys");
        await keys.DeclareDatasetAsync(client, "data", "keys");
        var secret = keys.Secret.Export();
        var chunk = keys.Encrypt(0.5);
        (string, byte[])[] bombs = [("a zlib bomb of 1 GiB", Packed.Zlib(chunk.AsSpan(0, 16), Gibibyte)), ("a zstd bomb of 32 GiB", Packed.Zstd(chunk.AsSpan(0, 16), 32 * Gibibyte))];
        Assert.All(bombs, bomb => Assert.InRange(bomb.Item2.Length, 1_000_000, 1_100_000));
        var before = node.PeakResidentBytes;
        var (count, slowest, slowestOne) = (0, TimeSpan.Zero, "");

        await RefusedAsync(Routes.ChunkOf("data", 0), chunk, keys.PublicKey);
        await RefusedAsync(Routes.KeyObjectOf("keys", KeyObjectKind.Public, 0), keys.PublicKey, chunk);
        await RefusedAsync(Routes.KeyObjectOf("keys", KeyObjectKind.Relinearization, 0), keys.RelinearizationKeys, keys.PublicKey);
        await RefusedAsync(Routes.KeyObjectOf("keys", KeyObjectKind.Galois, 0), keys.GaloisKeys, keys.RelinearizationKeys);
        await StagedBombsRefusedAsync();
        foreach (var (what, bytes) in Malformed(keys.ParametersBytes, chunk)) await ParametersRefusedAsync(what, bytes[..Math.Min(bytes.Length, 20_000)]);

        var growth = node.PeakResidentBytes - before;
        output.WriteLine($"{count} malformed uploads refused, the slowest in {slowest.TotalMilliseconds:0} ms ({slowestOne}); the node's peak memory grew by {growth >> 20} MiB to {node.PeakResidentBytes >> 20} MiB");
        Assert.InRange(growth, 0, MemoryBound);
        Assert.InRange(slowest, TimeSpan.Zero, TimeBound);
        Assert.Empty((await client.GetDatasetAsync("data")).Received);
        Assert.All((await client.GetKeySetAsync("keys")).Objects, item => Assert.Equal(0, item.Received));

        await client.UploadKeyObjectAsync("keys", KeyObjectKind.Public, Packed.Zlib(keys.PublicKey));
        await client.UploadKeyObjectAsync("keys", KeyObjectKind.Relinearization, Packed.Zstd(keys.RelinearizationKeys));
        await client.UploadKeyObjectAsync("keys", KeyObjectKind.Galois, keys.GaloisKeys);
        await client.UploadChunkAsync("data", 0, Packed.Zlib(chunk));
        Assert.True((await client.GetKeySetAsync("keys")).Complete);

        async Task RefusedAsync(string path, byte[] good, byte[] other)
        {
            (string What, byte[] Bytes)[] all =
            [
                .. Malformed(good, other),
                .. bombs,
                ("a secret key", secret), ("a secret key in zlib", Packed.Zlib(secret)), ("a secret key in zstd", Packed.Zstd(secret)),
            ];
            foreach (var (what, bytes) in all)
            {
                var problem = await BytesRefusedAsync(what, bytes, path);
                var isSecret = what.Contains("secret", StringComparison.Ordinal);
                Assert.True(isSecret == (problem.Type == ProblemTypes.SecretMaterial), $"{what} to {path}: {problem}");
            }
        }

        // With a right head and within the longest length that such keys can have: these are stored in pieces, and unpacked to be checked.
        async Task StagedBombsRefusedAsync()
        {
            using var large = TestKeys.Large();
            await large.DeclareAsync(client, "large");
            foreach (var (kind, key) in new[] { (KeyObjectKind.Relinearization, large.RelinearizationKeys), (KeyObjectKind.Galois, large.GaloisKeys) })
            {
                var path = Routes.KeyObjectOf("large", kind, 0);
                await BytesRefusedAsync("a zlib bomb of 1 GiB behind a right head", Packed.Zlib(key.AsSpan(0, 400), Gibibyte), path);
                await BytesRefusedAsync("a zstd bomb of 32 GiB behind a right head", Packed.Zstd(key.AsSpan(0, 400), 32 * Gibibyte), path);
                await BytesRefusedAsync("a zlib bomb of 1 GiB behind a right beginning", Packed.Zlib(key.AsSpan(0, 600_000), Gibibyte), path);
            }
        }

        async Task<ProblemBody> BytesRefusedAsync(string what, byte[] bytes, string path)
        {
            using var content = new ByteArrayContent(bytes) { Headers = { ContentType = new("application/octet-stream") } };
            return await AnswerAsync($"{what} to {path}", content, path);
        }

        async Task ParametersRefusedAsync(string what, byte[] bytes)
        {
            using var content = JsonContent.Create(new KeySetDeclaration(bytes, [], false, false), options: ContractJson.Options);
            await AnswerAsync($"{what} as parameters", content, Routes.KeySetOf("other"));
        }

        async Task<ProblemBody> AnswerAsync(string what, HttpContent content, string path)
        {
            var start = Stopwatch.GetTimestamp();
            using var response = await http.PutAsync(path, content);
            var elapsed = Stopwatch.GetElapsedTime(start);
            count++;
            if (elapsed > slowest) (slowest, slowestOne) = (elapsed, what);
            if (what.Contains("bomb", StringComparison.Ordinal)) output.WriteLine($"{what}: {elapsed.TotalMilliseconds:0} ms");
            Assert.True(response.StatusCode == HttpStatusCode.BadRequest, $"{what}: {response.StatusCode} {await response.Content.ReadAsStringAsync()}");
            Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
            var problem = (await response.Content.ReadFromJsonAsync<ProblemBody>(ContractJson.Options))!;
            Assert.True(problem is { Status: 400, Found.Length: > 0, Expected.Length: > 0 }, $"{what}: {problem}");
            return problem;
        }
    }

    /// <summary>Objects with the stated length right, so that a node which believed it would have them whole.</summary>
    private static IEnumerable<(string What, byte[] Bytes)> Malformed(byte[] good, byte[] other)
    {
        var (zlib, zstd) = (Packed.Zlib(good), Packed.Zstd(good));
        var head = good[..Math.Min(good.Length, 400)];
        yield return ("random bytes", [.. Slots.Random(9, 1500).Select(value => (byte)(127 * value))]);
        yield return ("another object", other);
        yield return ("another object in zlib", Packed.Zlib(other));
        yield return ("a header and nothing else", Packed.WithLength(good[..16]));
        yield return ("half of it", Packed.WithLength(good[..(good.Length / 2)]));
        yield return ("a byte more", Packed.WithLength([.. good, 0]));
        yield return ("another magic", Changed(good, 0, 0x00));
        yield return ("header size 15", Changed(good, 2, 15));
        yield return ("version 9.9", Changed(Changed(good, 3, 9), 4, 9));
        yield return ("version 3.5", Changed(Changed(good, 3, 3), 4, 5));
        yield return ("compression mode 3", Changed(good, 5, 3));
        yield return ("zlib that is none", Changed(good, 5, 1));
        yield return ("zstd that is none", Changed(good, 5, 2));
        yield return ("the first bytes of the body changed", Changed(Changed(good, 16, 0xEE), 50, 0xEE));
        yield return ("half of it in zlib", Packed.WithLength(zlib[..(zlib.Length / 2)]));
        yield return ("half of it in zstd", Packed.WithLength(zstd[..(zstd.Length / 2)]));
        yield return ("a byte behind zlib", Packed.WithLength([.. zlib, 0]));
        yield return ("a byte behind zstd", Packed.WithLength([.. zstd, 0]));
        yield return ("a wrong checksum of zlib", Changed(zlib, zlib.Length - 1, (byte)~zlib[^1]));
        yield return ("zstd with an unknown kind of block", Changed(zstd, 22, (byte)(zstd[22] | 6)));
        yield return ("zeros behind it in zlib", Packed.Zlib(good, 64 << 20));
        yield return ("zeros behind it in zstd", Packed.Zstd(good, 64 << 20));
        yield return ("its head and zeros in zlib", Packed.Zlib(head, 64 << 20));
        yield return ("its head and zeros in zstd", Packed.Zstd(head, Gibibyte));
        yield return ("packed twice", Packed.Zlib([.. good[..16], .. zlib]));
    }

    private static byte[] Changed(byte[] bytes, int at, byte value)
    {
        var copy = bytes.ToArray();
        copy[at] = value;
        return copy;
    }
}
