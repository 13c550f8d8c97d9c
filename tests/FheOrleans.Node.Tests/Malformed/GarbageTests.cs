using System.Net;
using System.Net.Http.Headers;
using FheOrleans.Node.Tests.Support;
using Xunit.Abstractions;

namespace FheOrleans.Node.Tests.Malformed;

/// <summary>A gigabyte that is nothing, in chunks of four kinds, over several connections: the node's memory must not notice.</summary>
public sealed class GarbageTests(ITestOutputHelper output)
{
    private const int ChunkBytes = 4 << 20;
    private const int Chunks = 256;
    private const int Connections = 6;

    /// <summary>
    /// What the process may have resident at most. The runtime with the node idle takes about 110 MB; the budget of bodies is 64 MiB, and
    /// bodies that are done wait for the collector, a few budgets' worth.
    /// </summary>
    private const long Bound = 384L << 20;

    [Fact]
    public async Task Upload_AGigabyteOfGarbage_MemoryStaysBoundedAndTheNodeGoesOn()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var place = new TemporaryFolder();
        using var keys = new TestKeys();
        await using var node = await NodeProcess.StartAsync(place["node"]);
        var owner = await node.JoinAsOwnerAsync("vale", "hill");
        await using var client = node.Client(owner.Token);
        await keys.DeclareAsync(client, "keys");
        await client.UploadKeyObjectAsync("keys", KeyObjectKind.Public, keys.PublicKey);
        await keys.DeclareDatasetAsync(client, "data", "keys");
        var garbage = Garbage(keys);
        var idle = node.PeakResidentBytes;

        using var http = PlainHttp.Create(node.Address, owner.Token);
        var sent = 0L;
        await Parallel.ForEachAsync(Enumerable.Range(0, Chunks), new ParallelOptions { MaxDegreeOfParallelism = Connections }, async (i, stop) =>
        {
            var kind = i % garbage.Length;
            // Every other one as a key object: chunks are held whole, key objects pass through in pieces.
            var path = i / garbage.Length % 2 == 0 ? Routes.ChunkOf("data", i % 4) : Routes.KeyObjectOf("keys", KeyObjectKind.Galois, 0);
            using var content = new ReadOnlyMemoryContent(garbage[kind]);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            using var response = await http.PutAsync(path, content, stop);
            Interlocked.Add(ref sent, garbage[kind].Length);
            Assert.True(response.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge, $"Garbage {kind} at {path}: {response.StatusCode}");
        });

        Assert.Equal((long)Chunks * ChunkBytes, sent);
        output.WriteLine($"Idle {idle >> 20} MiB resident, at most {node.PeakResidentBytes >> 20} MiB.");
        Assert.True(node.PeakResidentBytes < Bound, $"The node had {node.PeakResidentBytes >> 20} MiB resident, expected less than {Bound >> 20}.");
        Assert.Empty((await client.GetDatasetAsync("data")).Received);
        await client.UploadChunkAsync("data", 0, keys.Encrypt(1));
    }

    private static byte[][] Garbage(TestKeys keys)
    {
        var noise = new byte[ChunkBytes];
        new Random(4).NextBytes(noise);
        // A ciphertext's own beginning, and noise where its words should be.
        var disguised = noise.ToArray();
        keys.Encrypt(1).AsSpan(0, 128).CopyTo(disguised);
        // A header that promises 16 EiB, and one that promises to inflate.
        var boastful = noise.ToArray();
        keys.Encrypt(1).AsSpan(0, 128).CopyTo(boastful);
        boastful.AsSpan(8, 8).Fill(0xFF);
        var deflated = noise.ToArray();
        keys.Encrypt(1).AsSpan(0, 16).CopyTo(deflated);
        deflated[5] = 1;
        return [noise, disguised, boastful, deflated];
    }
}
