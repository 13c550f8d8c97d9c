using System.Collections.Immutable;

namespace FheOrleans.Grains.Tests;

/// <summary>Key sets: declared, uploaded in pieces, resumed, and in the grain's state.</summary>
public sealed class KeySetTests
{
    [Fact]
    public async Task Append_WholeObject_IsCommittedToGrainStateAndNoLongerStaged()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Square();

        await farm.UploadKeysAsync(platform, "brook");

        var description = await platform.KeySet("brook").DescribeAsync();
        Assert.True(description.IsComplete);
        Assert.Equal([KeyObject.PublicKey, KeyObject.RelinearizationKeys, KeyObject.GaloisKeys], description.Objects.Select(item => item.Kind));
        Assert.Equal(0, await platform.Payloads.MeasureAsync($"{Platform.Tenant}/brook/key-sets"));
        Assert.Equal(farm.Key(KeyObject.GaloisKeys), await ReadAsync(platform.KeySet("brook"), KeyObject.GaloisKeys));
    }

    [Fact]
    public async Task Append_CutOff_ContinuesWhereTheGrainSays()
    {
        using var farm = TestFarm.Linear();
        var before = await Platform.StartAsync();
        await before.KeySet("brook").DeclareAsync(farm.Declaration);
        var key = farm.Key(KeyObject.PublicKey);
        await before.KeySet("brook").AppendAsync(KeyObject.PublicKey, 0, key[..1000]);
        await before.KeySet("brook").AppendAsync(KeyObject.PublicKey, 1000, key[1000..5000]);

        await using var after = await before.RestartAsync();
        var progress = Assert.Single((await after.KeySet("brook").DescribeAsync()).Objects);
        Assert.Equal((5000, key.Length, false), (progress.Received, progress.Total, progress.Complete));
        progress = await after.KeySet("brook").AppendAsync(KeyObject.PublicKey, 5000, key[5000..]);

        Assert.True(progress.Complete);
        Assert.Equal(key, await ReadAsync(after.KeySet("brook"), KeyObject.PublicKey));
    }

    [Fact]
    public async Task Append_StorageAwayWhenTheLastPieceIsThere_KeepsThePiecesBefore()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        var grain = platform.KeySet("brook");
        await grain.DeclareAsync(farm.Declaration);
        var key = farm.Key(KeyObject.PublicKey);
        await grain.AppendAsync(KeyObject.PublicKey, 0, key[..5000]);
        platform.Payloads.BeforeRead = _ => throw new StorageException("it is away.", isTransient: true);
        await Assert.ThrowsAsync<StorageException>(() => grain.AppendAsync(KeyObject.PublicKey, 5000, key[5000..]));
        platform.Payloads.BeforeRead = null;

        var progress = Assert.Single((await grain.DescribeAsync()).Objects);
        Assert.Equal((5000, false), (progress.Received, progress.Complete));
        Assert.True((await grain.AppendAsync(KeyObject.PublicKey, 5000, key[5000..])).Complete);
    }

    [Fact]
    public async Task Append_WrongOffset_SaysWhereToContinueAndLosesNothing()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        var (grain, key) = (platform.KeySet("brook"), farm.Key(KeyObject.PublicKey));
        await grain.DeclareAsync(farm.Declaration);
        await grain.AppendAsync(KeyObject.PublicKey, 0, key[..1000]);

        var gap = await Assert.ThrowsAsync<ConflictException>(() => grain.AppendAsync(KeyObject.PublicKey, 2000, key[2000..3000]));
        Assert.Contains("1000", gap.Expected, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ConflictException>(() => grain.AppendAsync(KeyObject.PublicKey, 500, key[500..1500]));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => grain.AppendAsync(KeyObject.PublicKey, 1000, new byte[key.Length]));
        Assert.Equal(1000, (await grain.AppendAsync(KeyObject.PublicKey, 500, key[500..1000])).Received);

        Assert.True((await grain.AppendAsync(KeyObject.PublicKey, 1000, key[1000..])).Complete);
    }

    [Fact]
    public async Task Append_AtZeroAgain_BeginsAnew()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        using var other = TestFarm.Linear();
        var grain = platform.KeySet("brook");
        await grain.DeclareAsync(farm.Declaration);
        await grain.AppendAsync(KeyObject.PublicKey, 0, other.Key(KeyObject.PublicKey)[..3000]);

        await TestFarm.UploadKeyAsync(grain, KeyObject.PublicKey, farm.Key(KeyObject.PublicKey), pieceBytes: 2000);

        Assert.Equal(farm.Key(KeyObject.PublicKey), await ReadAsync(grain, KeyObject.PublicKey));
    }

    [Fact]
    public async Task Append_ToACommittedObject_SameBytesAreAcknowledgedOthersConflict()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        using var other = TestFarm.Linear();
        await farm.UploadKeysAsync(platform, "brook");
        var (grain, key) = (platform.KeySet("brook"), farm.Key(KeyObject.PublicKey));

        Assert.True((await grain.AppendAsync(KeyObject.PublicKey, key.Length - 100, key[^100..])).Complete);
        await Assert.ThrowsAsync<ConflictException>(() => grain.AppendAsync(KeyObject.PublicKey, 0, other.Key(KeyObject.PublicKey)));

        Assert.Equal(key, await ReadAsync(grain, KeyObject.PublicKey));
    }

    [Fact]
    public async Task Declare_Again_SameIsNoErrorOtherConflicts()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        var first = await platform.KeySet("brook").DeclareAsync(farm.Declaration);

        var second = await platform.KeySet("brook").DeclareAsync(farm.Declaration with { Parameters = [.. farm.Declaration.Parameters] });

        Assert.Equal(first.Generation, second.Generation);
        await Assert.ThrowsAsync<ConflictException>(
            () => platform.KeySet("brook").DeclareAsync(farm.Declaration with { RotationSteps = [1] }));
    }

    [Fact]
    public async Task Delete_ThenDeclare_IsAnotherKeySetOfThatName()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadAllAsync(platform, "brook");
        var first = await platform.KeySet("brook").DescribeAsync();

        await platform.DeletionsOf("brook").DeleteAsync(CatalogKind.KeySet, "keys");
        await Assert.ThrowsAsync<NotFoundException>(() => platform.KeySet("brook").DescribeAsync());
        await Assert.ThrowsAsync<NotFoundException>(() => platform.KeySet("brook").ReadAsync(KeyObject.PublicKey, 0));
        await farm.UploadKeysAsync(platform, "brook");

        Assert.NotEqual(first.Generation, (await platform.KeySet("brook").DescribeAsync()).Generation);
        // The dataset was encrypted for the first one: even with equal parameters it must not be evaluated with the second.
        var failure = await Assert.ThrowsAsync<InvalidPayloadException>(() => platform.Inference("brook").StartAsync(farm.Request()));
        Assert.Equal("keys of the dataset", failure.Field);
    }

    [Theory]
    [InlineData(0), InlineData(1 << 20), InlineData(-(1 << 20))]
    public async Task Declare_StepOutOfRange_Refused(int step)
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();

        var failure = await Assert.ThrowsAsync<InvalidPayloadException>(
            () => platform.KeySet("brook").DeclareAsync(farm.Declaration with { RotationSteps = [step] }));

        Assert.Equal("rotation step", failure.Field);
        await Assert.ThrowsAsync<NotFoundException>(() => platform.KeySet("brook").DescribeAsync());
    }

    [Fact]
    public async Task Declare_MoreThanTheNodeAllows_LimitExceeded()
    {
        await using var platform = await Platform.StartAsync(options => (options.MaximumRotationSteps, options.MaximumKeySets) = (3, 1));
        using var farm = TestFarm.Linear();
        var steps = Enumerable.Range(1, 4).ToImmutableArray();

        await Assert.ThrowsAsync<LimitExceededException>(
            () => platform.KeySet("brook").DeclareAsync(farm.Declaration with { RotationSteps = steps }));
        await platform.KeySet("brook", "one").DeclareAsync(farm.Declaration);
        var failure = await Assert.ThrowsAsync<LimitExceededException>(
            () => platform.KeySet("brook", "two").DeclareAsync(farm.Declaration));

        Assert.Equal((2, 1), (failure.Value, failure.Limit));
    }

    [Fact]
    public async Task Declare_KeysLargerThanTheNodeAllows_LimitExceeded()
    {
        await using var platform = await Platform.StartAsync(options => options.MaximumKeyObjectBytes = 1 << 20);
        using var farm = TestFarm.Linear();

        await Assert.ThrowsAsync<LimitExceededException>(() =>
            platform.KeySet("brook").DeclareAsync(farm.Declaration with { RotationSteps = [.. Enumerable.Range(1, 60)] }));
    }

    private static async Task<byte[]> ReadAsync(IKeySetGrain grain, KeyObject kind)
    {
        var total = (await grain.DescribeAsync()).Objects.Single(item => item.Kind == kind).Total;
        var bytes = new List<byte>();
        for (var piece = 0; bytes.Count < total; piece++) bytes.AddRange((await grain.ReadAsync(kind, piece)).Bytes);
        await Assert.ThrowsAsync<NotFoundException>(() => grain.ReadAsync(kind, 1000));
        return [.. bytes];
    }
}
