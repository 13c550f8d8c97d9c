namespace FheOrleans.Grains.Tests;

/// <summary>What is not the declared ciphertexts is refused with a reason and not stored.</summary>
public sealed class ChunkUploadTests
{
    [Fact]
    public async Task PutChunk_NotTheDeclaredCiphertexts_RefusedAndNotStored()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        using var other = TestFarm.Square();
        await farm.UploadKeysAsync(platform, "brook");
        var (grain, declaration) = (platform.Dataset("brook"), farm.DatasetDeclaration());
        await grain.DeclareAsync(declaration);
        var chunk = farm.Chunk(declaration, 0);
        var writes = platform.Payloads.Writes;

        await RefusedAsync("nothing", []);
        await RefusedAsync("truncated", chunk[..^1]);
        await RefusedAsync("one byte more", [.. chunk, 0]);
        await RefusedAsync("two ciphertexts", [.. chunk, .. chunk]);
        await RefusedAsync("garbage of the right length", Enumerable.Repeat((byte)0xA5, chunk.Length).ToArray());
        await RefusedAsync("another scale", farm.Chunk(declaration, 0, scale: declaration.Scale * 2));
        await RefusedAsync("another level", farm.Chunk(declaration, 0, level: 0, scale: 4096));
        await RefusedAsync("other parameters", other.Chunk(other.DatasetDeclaration(), 0));
        await RefusedAsync("a public key", farm.Key(KeyObject.PublicKey));
        await RefusedAsync("a word not below its prime", With(chunk, bytes => bytes.AsSpan(chunk.Length / 2, 8).Fill(0xFF)));
        await RefusedAsync("an unknown seed generator", With(chunk, bytes => bytes[^65] = 9));
        await RefusedAsync("more than a chunk", new byte[Limits.ChunkBytes + 1]);
        var secret = await Record.ExceptionAsync(() => grain.PutChunkAsync(0, Padded(farm.SecretKeyBytes, chunk.Length)));

        Assert.IsType<SecretMaterialRefusedException>(secret);
        await Assert.ThrowsAsync<SecretMaterialRefusedException>(() => grain.PutChunkAsync(0, farm.PackedSecretKeyBytes));
        Assert.Equal(writes, platform.Payloads.Writes);
        Assert.False(platform.FilesContain(farm.SecretKeyBytes[1000..1064]));
        Assert.Empty((await grain.DescribeAsync()).Received);
        foreach (var index in new[] { -1, (int)declaration.ChunkCount, int.MaxValue })
            await Assert.ThrowsAsync<InvalidPayloadException>(() => grain.PutChunkAsync(index, chunk));
        await grain.PutChunkAsync(0, chunk);

        async Task RefusedAsync(string what, byte[] bytes)
        {
            var failure = await Record.ExceptionAsync(() => grain.PutChunkAsync(0, bytes));
            Assert.True(failure is InvalidPayloadException, $"{what}: {failure}");
        }
    }

    [Fact]
    public async Task PutChunk_EveryBitOfTheHead_TypedErrorOrEqualMeaning()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadKeysAsync(platform, "brook");
        var (grain, declaration) = (platform.Dataset("brook"), farm.DatasetDeclaration());
        await grain.DeclareAsync(declaration);
        var chunk = farm.Chunk(declaration, 0);
        var taken = 0;

        // Byte 4 is SEAL's minor version: several are legal. All other bits of the head decide what the object is.
        for (var bit = 0; bit < 8 * 105; bit++)
        {
            if (bit / 8 is 4 or 99) continue;
            var failure = await Record.ExceptionAsync(() => grain.PutChunkAsync(0, With(chunk, bytes => bytes[bit / 8] ^= (byte)(1 << (bit % 8)))));
            if (failure is null) taken++;
            else Assert.True(failure is InvalidPayloadException or SecretMaterialRefusedException or ConflictException, $"bit {bit}: {failure}");
        }

        Assert.Equal(0, taken);
    }

    private static byte[] With(byte[] chunk, Action<byte[]> change)
    {
        var changed = (byte[])chunk.Clone();
        change(changed);
        return changed;
    }

    private static byte[] Padded(byte[] bytes, int length)
    {
        var padded = new byte[Math.Max(length, bytes.Length)];
        bytes.CopyTo(padded, 0);
        return padded;
    }
}
