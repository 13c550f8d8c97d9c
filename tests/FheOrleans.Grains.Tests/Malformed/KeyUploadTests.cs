using System.Buffers.Binary;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Wire;

namespace FheOrleans.Grains.Tests;

/// <summary>What is no key, or not these keys, is refused with a reason and leaves nothing behind.</summary>
public sealed class KeyUploadTests
{
    [Theory]
    [InlineData(KeyObject.PublicKey), InlineData(KeyObject.RelinearizationKeys), InlineData(KeyObject.GaloisKeys)]
    public async Task Append_SecretKey_RefusedAndNowhereInTheFiles(KeyObject kind)
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Square();
        await platform.KeySet("brook").DeclareAsync(farm.Declaration);
        var secret = farm.SecretKeyBytes;
        var writes = platform.Payloads.Writes;

        var failure = await Assert.ThrowsAsync<SecretMaterialRefusedException>(() => platform.KeySet("brook").AppendAsync(kind, 0, secret[..100_000]));

        Assert.Contains("make new keys", failure.Message, StringComparison.Ordinal);
        Assert.Equal(writes, platform.Payloads.Writes);
        Assert.False(platform.FilesContain(secret[1000..1064]));
        Assert.All(platform.Log.Lines, line => Assert.DoesNotContain(Convert.ToHexString(secret[1000..1016]), line.Text, StringComparison.OrdinalIgnoreCase));
        Assert.All((await platform.KeySet("brook").DescribeAsync()).Objects, item => Assert.Equal(0, item.Received));
    }

    [Theory]
    [InlineData(KeyObject.PublicKey), InlineData(KeyObject.GaloisKeys)]
    public async Task Append_CompressedSecretKey_Refused(KeyObject kind)
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Square();
        await platform.KeySet("brook").DeclareAsync(farm.Declaration);
        var packed = farm.PackedSecretKeyBytes;
        var writes = platform.Payloads.Writes;

        await Assert.ThrowsAsync<SecretMaterialRefusedException>(() => platform.KeySet("brook").AppendAsync(kind, 0, packed));

        Assert.Equal(writes, platform.Payloads.Writes);
        Assert.False(platform.FilesContain(packed[1000..1064]));
    }

    [Fact]
    public async Task FilesContain_WhatWasStored_FindsIt()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadKeysAsync(platform, "brook");

        Assert.True(platform.FilesContain(farm.Key(KeyObject.PublicKey)[1000..1064])); // Or the tests that look for secrets would prove nothing.
    }

    [Fact]
    public async Task Append_SecretKeyOfOtherParameters_Refused()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        using var other = TestFarm.Square();
        Assert.NotEqual(farm.Parameters, other.Parameters);
        await platform.KeySet("brook").DeclareAsync(farm.Declaration);

        await Assert.ThrowsAsync<SecretMaterialRefusedException>(() => platform.KeySet("brook").AppendAsync(KeyObject.PublicKey, 0, other.SecretKeyBytes[..100_000]));
    }

    [Fact]
    public async Task Append_AnythingElseFirst_RefusedBeforeItIsStored()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        using var other = TestFarm.Square();
        var grain = platform.KeySet("brook");
        await grain.DeclareAsync(farm.Declaration);
        var key = farm.Key(KeyObject.PublicKey);
        var random = new byte[5000];
        new Random(1).NextBytes(random);
        var tooLong = (byte[])key.Clone();
        BinaryPrimitives.WriteInt64LittleEndian(tooLong.AsSpan(8), 1L << 40);
        var writes = platform.Payloads.Writes;

        await RefusedAsync("garbage", random);
        await RefusedAsync("keys of other parameters", other.Key(KeyObject.PublicKey)[..5000]);
        await RefusedAsync("a ciphertext", farm.Chunk(farm.DatasetDeclaration(), 0));
        await RefusedAsync("parameters", farm.Declaration.Parameters);
        await RefusedAsync("a few bytes", key[..40]);
        await RefusedAsync("a length that no such key has", tooLong[..5000]);
        await RefusedAsync("nothing", []);
        await RefusedAsync("more than a piece", new byte[Limits.KeyPieceBytes + 1]);

        Assert.Equal(writes, platform.Payloads.Writes);
        await Assert.ThrowsAsync<InvalidPayloadException>(() => grain.AppendAsync(KeyObject.GaloisKeys, 0, key[..5000])); // Not declared.
        await Assert.ThrowsAsync<InvalidPayloadException>(() => grain.AppendAsync(KeyObject.PublicKey, -1, key[..5000]));

        async Task RefusedAsync(string what, byte[] piece)
        {
            var failure = await Record.ExceptionAsync(() => grain.AppendAsync(KeyObject.PublicKey, 0, piece));
            Assert.True(failure is InvalidPayloadException, $"{what}: {failure}");
        }
    }

    [Theory, InlineData(0), InlineData(1), InlineData(2), InlineData(3)]
    public async Task Append_DamagedObject_RefusedWhenWholeAndStagedPiecesAreDropped(int damage)
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Square();
        var grain = platform.KeySet("brook");
        await grain.DeclareAsync(farm.Declaration);
        var key = (byte[])farm.Key(KeyObject.GaloisKeys).Clone();
        switch (damage)
        {
            case 0: key.AsSpan(key.Length / 2, 8).Fill(0xFF); break; // A word that is not below its prime.
            case 1: key[50] ^= 1; break; // The first bytes beyond the identifier: how many keys there are.
            case 2: key.AsSpan(key.Length - 20).Clear(); farm.Key(KeyObject.RelinearizationKeys).AsSpan(0, 56).CopyTo(key); break; // Another object's head.
            default: key[^100] ^= 0xFF; key.AsSpan(key.Length - 8).Fill(0xAA); key.AsSpan(key.Length - 90, 17).Clear(); break; // The last seed's header.
        }

        var failure = await Record.ExceptionAsync(() => TestFarm.UploadKeyAsync(grain, KeyObject.GaloisKeys, key));

        Assert.IsType<InvalidPayloadException>(failure);
        Assert.Equal(0, await platform.Payloads.MeasureAsync($"{Platform.Tenant}/brook/key-sets"));
        Assert.Equal(0, (await grain.DescribeAsync()).Objects.Single(item => item.Kind == KeyObject.GaloisKeys).Received);
        Assert.True((await TestFarm.UploadKeyAsync(grain, KeyObject.GaloisKeys, farm.Key(KeyObject.GaloisKeys))).Complete);
    }

    [Fact]
    public async Task Declare_BadParameters_RefusedWithTheReason()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        var good = farm.Declaration;
        var overTheBound = (byte[])SealWriter.Write(CkksParameters.Create(8192, 50, 50, 50)).Clone();
        BinaryPrimitives.WriteInt32LittleEndian(overTheBound.AsSpan(17), 4096); // The same primes in a ring of half the size: 150 bits where 106 are the most.

        await RefusedAsync([]);
        await RefusedAsync(new byte[5000]);
        await RefusedAsync(good.Parameters[..^1]);
        await RefusedAsync(overTheBound);
        for (var bit = 0; bit < 8 * good.Parameters.Length; bit += 37)
        {
            var flipped = (byte[])good.Parameters.Clone();
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            var failure = await Record.ExceptionAsync(() => platform.KeySet("brook", $"flipped-{bit}").DeclareAsync(good with { Parameters = flipped }));
            Assert.True(failure is null or InvalidPayloadException, $"bit {bit}: {failure}"); // A minor version is a version still.
        }

        async Task RefusedAsync(byte[] parameters) =>
            await Assert.ThrowsAsync<InvalidPayloadException>(() => platform.KeySet("brook").DeclareAsync(good with { Parameters = parameters }));
    }
}
