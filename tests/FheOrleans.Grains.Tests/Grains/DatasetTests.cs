namespace FheOrleans.Grains.Tests;

/// <summary>Datasets: declared, uploaded in chunks, resumed.</summary>
public sealed class DatasetTests
{
    [Fact]
    public async Task PutChunk_CutOff_DescribeSaysWhatIsMissing()
    {
        using var farm = TestFarm.Linear(windows: 5000);
        var before = await Platform.StartAsync();
        await farm.UploadKeysAsync(before, "brook");
        var declaration = farm.DatasetDeclaration();
        await before.Dataset("brook").DeclareAsync(declaration);
        foreach (var index in new[] { 3, 0 }) await before.Dataset("brook").PutChunkAsync(index, farm.Chunk(declaration, index));

        await using var after = await before.RestartAsync();
        var description = await after.Dataset("brook").DescribeAsync();

        Assert.Equal([0, 3], description.Received.AsEnumerable());
        Assert.False(description.IsComplete);
        Assert.True(description.Bytes > 0);
        Assert.Equal(await after.Payloads.MeasureAsync($"{Platform.Tenant}/brook/datasets/herd"), description.Bytes);
    }

    [Fact]
    public async Task PutChunk_SeveralAtATime_AreAllThereAfterARestart()
    {
        using var farm = TestFarm.Wide(features: 12);
        var before = await Platform.StartAsync();
        await farm.UploadKeysAsync(before, "brook");
        var declaration = farm.DatasetDeclaration();
        await before.Dataset("brook").DeclareAsync(declaration);
        var chunks = Enumerable.Range(0, (int)declaration.ChunkCount).Select(index => farm.Chunk(declaration, index)).ToArray();

        // The last one twice at once: the second finds what the first has left.
        var taken = await Task.WhenAll(chunks.Select((chunk, index) => before.Dataset("brook").PutChunkAsync(index, chunk))
            .Append(before.Dataset("brook").PutChunkAsync(chunks.Length - 1, [.. chunks[^1]])));
        Assert.Contains(taken, progress => progress.Complete);

        await using var after = await before.RestartAsync();
        Assert.Equal(Enumerable.Range(0, chunks.Length), (await after.Dataset("brook").DescribeAsync()).Received);
        for (var index = 0; index < chunks.Length; index++)
            Assert.Equal(chunks[index], (await after.Dataset("brook").ReadChunkAsync(index)).Bytes);
    }

    [Fact]
    public async Task Delete_WhileChunksArrive_LeavesNothingBehind()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Wide(features: 6);
        await farm.UploadKeysAsync(platform, "brook");
        var declaration = farm.DatasetDeclaration();
        await platform.Dataset("brook").DeclareAsync(declaration);

        var puts = Enumerable.Range(0, (int)declaration.ChunkCount).Select(async index =>
        {
            try
            {
                await platform.Dataset("brook").PutChunkAsync(index, farm.Chunk(declaration, index));
            }
            catch (NotFoundException)
            {
                // It came when the dataset was being deleted, or was gone.
            }
        }).ToArray();
        await platform.DeletionsOf("brook").DeleteAsync(CatalogKind.Dataset, "herd");
        await Task.WhenAll(puts);

        await Assert.ThrowsAsync<NotFoundException>(() => platform.Dataset("brook").DescribeAsync());
        Assert.Equal(0, await platform.Payloads.MeasureAsync($"{Platform.Tenant}/brook/datasets/herd"));
    }

    [Fact]
    public async Task Delete_WhileAChunkWaitsForAnotherOfItsIndexThatFails_LeavesNothingBehind()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadKeysAsync(platform, "brook");
        var declaration = farm.DatasetDeclaration();
        await platform.Dataset("brook").DeclareAsync(declaration);
        var incarnation = await platform.Dataset("brook").ReadIncarnationAsync();
        var (writing, fail, deleting, goOn) = (NewTask(), NewTask(), NewTask(), NewTask());
        var writes = 0;
        platform.Payloads.BeforeWrite = async key =>
        {
            if (!key.Contains("/datasets/", StringComparison.Ordinal)) return;
            var isFirst = Interlocked.Increment(ref writes) == 1;
            if (isFirst) writing.SetResult();
            await (isFirst ? fail : goOn).Task;
            if (isFirst) throw new StorageException("it is away.", isTransient: true);
        };
        platform.Payloads.BeforeDelete = key =>
        {
            if (key.EndsWith("/datasets/herd", StringComparison.Ordinal)) deleting.TrySetResult();
            return Task.CompletedTask;
        };
        var first = platform.Dataset("brook").PutChunkAsync(0, farm.Chunk(declaration, 0));
        await Within.Time(writing.Task, "the first put's write");
        var second = platform.Dataset("brook").PutChunkAsync(0, farm.Chunk(declaration, 0));
        var deletion = platform.Dataset("brook").DeleteAsync(incarnation);
        await platform.Dataset("brook").ReadChunkAsync(0).ContinueWith(_ => { }, TaskScheduler.Default); // What came before it has begun.

        fail.SetResult();
        await Within.Time(deleting.Task, "the deletion of chunks");
        await deletion;
        goOn.SetResult();

        await Assert.ThrowsAsync<StorageException>(() => first);
        await Assert.ThrowsAsync<NotFoundException>(() => second);
        Assert.Equal(0, await platform.Payloads.MeasureAsync($"{Platform.Tenant}/brook/datasets/herd"));

        static TaskCompletionSource NewTask() => new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    [Fact]
    public async Task PutChunk_SeveralCiphertextsAndALastShorterChunk_AreTaken()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Wide(features: 5);
        await farm.UploadKeysAsync(platform, "brook");
        var declaration = farm.DatasetDeclaration(perChunk: 2);
        Assert.Equal((3, 3L, 2, 1), (declaration.ChunksPerBatch, declaration.ChunkCount, declaration.CiphertextsIn(1), declaration.CiphertextsIn(2)));

        await farm.UploadDataAsync(platform, "brook", perChunk: 2);

        Assert.True((await platform.Dataset("brook").DescribeAsync()).IsComplete);
    }

    [Fact]
    public async Task PutChunk_EncryptedWithThePublicKey_IsTakenToo()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadKeysAsync(platform, "brook");
        var (grain, declaration) = (platform.Dataset("brook"), farm.DatasetDeclaration());
        await grain.DeclareAsync(declaration);
        var full = farm.ChunkByPublicKey(declaration);
        Assert.True(full.Length > 1.9 * farm.Chunk(declaration, 0).Length);

        Assert.Equal(1, (await grain.PutChunkAsync(0, full)).Received);
    }

    [Fact]
    public async Task PutChunk_Again_SameIsNoErrorOtherConflicts()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadKeysAsync(platform, "brook");
        var (grain, declaration) = (platform.Dataset("brook"), farm.DatasetDeclaration());
        await grain.DeclareAsync(declaration);
        var chunk = farm.Chunk(declaration, 0);
        await grain.PutChunkAsync(0, chunk);

        Assert.Equal(1, (await grain.PutChunkAsync(0, [.. chunk])).Received);
        // Encrypted anew, it is another.
        await Assert.ThrowsAsync<ConflictException>(() => grain.PutChunkAsync(0, farm.Chunk(declaration, 0)));

        Assert.Equal(chunk, (await grain.ReadChunkAsync(0)).Bytes);
    }

    [Fact]
    public async Task Declare_WhatDoesNotFit_Refused()
    {
        await using var platform = await Platform.StartAsync(
            options => (options.MaximumChunksPerDataset, options.MaximumCiphertextsPerBatch) = (100, 50));
        using var farm = TestFarm.Linear();
        await farm.UploadKeysAsync(platform, "brook");
        var good = farm.DatasetDeclaration();

        await RefusedAsync<NotFoundException>(good with { KeySet = "others" });
        await RefusedAsync<InvalidPayloadException>(good with { KeySet = "../keys" });
        await RefusedAsync<InvalidPayloadException>(good with { Batches = 0 });
        await RefusedAsync<InvalidPayloadException>(good with { Batches = int.MinValue });
        await RefusedAsync<LimitExceededException>(good with { Batches = 51 }); // Two chunks each.
        await RefusedAsync<LimitExceededException>(good with { Batches = int.MaxValue });
        await RefusedAsync<LimitExceededException>(good with { CiphertextsPerBatch = int.MaxValue });
        await RefusedAsync<LimitExceededException>(good with { CiphertextsPerChunk = 3 }); // More than a batch has.
        await RefusedAsync<InvalidPayloadException>(good with { CiphertextsPerChunk = 0 });
        await RefusedAsync<InvalidPayloadException>(good with { Level = -1 });
        await RefusedAsync<InvalidPayloadException>(good with { Level = farm.Parameters.MaximumLevel + 1 });
        foreach (var scale in new[] { 0, -1, double.NaN, double.PositiveInfinity, double.Epsilon, Math.ScaleB(1, 400) })
            await RefusedAsync<InvalidPayloadException>(good with { Scale = scale });
        await RefusedAsync<InvalidPayloadException>(good with { Form = "diagonal" });
        await RefusedAsync<InvalidPayloadException>(good with { Label = new string('x', Limits.LabelLength + 1) });
        await Assert.ThrowsAsync<NotFoundException>(() => platform.Dataset("brook").DescribeAsync());

        await platform.Dataset("brook").DeclareAsync(good);
        await platform.Dataset("brook").DeclareAsync(good with { });
        await RefusedAsync<ConflictException>(good with { Label = "another" });

        async Task RefusedAsync<T>(DatasetDeclaration declaration) where T : Exception =>
            await Assert.ThrowsAsync<T>(() => platform.Dataset("brook").DeclareAsync(declaration));
    }

    [Fact]
    public async Task Delete_Dataset_NothingIsLeft()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadKeysAsync(platform, "brook");
        await farm.UploadDataAsync(platform, "brook");

        await platform.DeletionsOf("brook").DeleteAsync(CatalogKind.Dataset, "herd");

        await Assert.ThrowsAsync<NotFoundException>(() => platform.Dataset("brook").DescribeAsync());
        await Assert.ThrowsAsync<NotFoundException>(() => platform.Dataset("brook").ReadChunkAsync(0));
        Assert.Equal(0, await platform.Payloads.MeasureAsync($"{Platform.Tenant}/brook/datasets"));
        await platform.DeletionsOf("brook").DeleteAsync(CatalogKind.Dataset, "herd");
    }
}
