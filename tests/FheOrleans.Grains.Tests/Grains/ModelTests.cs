using System.Text;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Grains.Tests;

/// <summary>Models: published in versions, planned without their weights.</summary>
public sealed class ModelTests
{
    [Fact]
    public async Task Publish_SameNetworkAgain_KeepsItsVersion()
    {
        await using var platform = await Platform.StartAsync();
        var (one, two) = (LinearModel.Create([1, 2], 0).ToJson(), LinearModel.Create([1, 3], 0).ToJson());

        Assert.Equal(1, await platform.Model("lab").PublishAsync(one, ModelVisibility.Owner));
        Assert.Equal(2, await platform.Model("lab").PublishAsync(two, ModelVisibility.Owner));
        Assert.Equal(1, await platform.Model("lab").PublishAsync([.. one], ModelVisibility.Owner));

        Assert.Equal([1, 2], (await platform.Model("lab").DescribeAsync("lab")).Versions.Select(version => version.Version));
        Assert.Equal(one, (await platform.Model("lab").ReadNetworkAsync("lab", 1)).Bytes);
        foreach (var version in new[] { 0, -1, 3 })
            await Assert.ThrowsAsync<NotFoundException>(() => platform.Model("lab").PlanAsync("lab", version, new() { Form = "herd" }));
    }

    [Fact]
    public async Task Plan_AfterARestart_IsTheSameAndHoldsNoWeights()
    {
        using var farm = TestFarm.Square();
        var before = await Platform.StartAsync();
        await before.Model("lab").PublishAsync(LinearModel.Create([0.123456789, 0.5], 0).ToJson(), ModelVisibility.Tenant);
        var first = await before.Model("lab").PlanAsync("lab", 1, new() { Form = "herd" });

        await using var after = await before.RestartAsync();
        var second = await after.Model("lab").PlanAsync("lab", 1, new() { Form = "herd" });

        Assert.Equal(first.PlanJson, second.PlanJson);
        Assert.DoesNotContain("123456789", Encoding.UTF8.GetString(first.PlanJson) + first.Report, StringComparison.Ordinal);
        Assert.Equal(2, CircuitPlan.FromJson(first.PlanJson).InputCiphertexts);
    }

    [Fact]
    public async Task Plan_ForAJob_IsThatOfTheFirstCandidate()
    {
        await using var platform = await Platform.StartAsync();
        await platform.Model("lab").PublishAsync(PaperNetwork.Create(20, 7, seed: 1).ToJson(), ModelVisibility.Owner);

        var chosen = await platform.Model("lab").PlanAsync("lab", 1, new() { TimePoints = 28_000, Windows = 17_000 });
        var named = await platform.Model("lab").PlanAsync("lab", 1, new() { Form = chosen.Form });

        Assert.Equal(chosen.PlanJson, named.PlanJson);
        Assert.Empty(named.Candidates);
        Assert.True(chosen.Candidates.Length > 1);
        Assert.Equal(chosen.Form, chosen.Candidates[0].Form);
        Assert.All(chosen.Candidates, candidate => Assert.True(candidate.EvaluateSeconds > 0 && candidate.UploadBytes > 0 && candidate.PredictedError <= 1e-5, candidate.Form));
        Assert.Equal(chosen.Form, CircuitPlan.FromJson(chosen.PlanJson).Form.ToString());
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(20, 0, 0)]
    [InlineData(20, int.MaxValue, 0)]
    [InlineData(20, 1, 2)]
    [InlineData(20, 1, double.NaN)]
    [InlineData(20, 1, 1e-12)]
    public async Task Plan_ForAJobThatCannotBe_IsRefused(int timePoints, int windows, double maximumError)
    {
        await using var platform = await Platform.StartAsync();
        await platform.Model("lab").PublishAsync(PaperNetwork.Create(20, 7, seed: 1).ToJson(), ModelVisibility.Owner);

        await Assert.ThrowsAsync<InvalidPayloadException>(() => platform.Model("lab").PlanAsync(
            "lab", 1, new() { TimePoints = timePoints, Windows = windows, MaximumError = maximumError }));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => platform.Model("lab").PlanAsync("lab", 1, new() { Form = "polyphase-0" }));
    }

    [Fact]
    public async Task Publish_NoNetwork_RefusedWithTheReason()
    {
        await using var platform = await Platform.StartAsync();

        await Assert.ThrowsAsync<InvalidPayloadException>(() => platform.Model("lab").PublishAsync("{}"u8.ToArray(), ModelVisibility.Owner));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => platform.Model("lab").PublishAsync([0xFF, 0xFE], ModelVisibility.Owner));
        await Assert.ThrowsAsync<LimitExceededException>(() => platform.Model("lab").PublishAsync(new byte[Limits.NetworkBytes + 1], ModelVisibility.Owner));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => platform.Model("lab").PublishAsync(LinearModel.Create([1], 0).ToJson(), (ModelVisibility)9));

        await Assert.ThrowsAsync<NotFoundException>(() => platform.Model("lab").DescribeAsync("lab"));
    }

    [Fact]
    public async Task Start_WhatDoesNotFitThePlan_SaysWhat()
    {
        await using var platform = await Platform.StartAsync();
        using var farm = TestFarm.Linear();
        await farm.UploadKeysAsync(platform, "brook");
        await platform.Model("lab").PublishAsync(LinearModel.Create([1, 2, 3], 0).ToJson(), ModelVisibility.Tenant);
        await platform.Model("lab").PublishAsync(farm.Network.ToJson(), ModelVisibility.Tenant);
        await platform.Dataset("brook").DeclareAsync(farm.DatasetDeclaration());

        var missing = await Assert.ThrowsAsync<NotReadyException>(() => platform.Inference("brook").StartAsync(farm.Request(version: 2)));
        Assert.Contains("2 of 2 chunks", missing.Missing, StringComparison.Ordinal);
        Assert.True(missing.IsTransient);
        await farm.UploadDataAsync(platform, "brook");
        await Assert.ThrowsAsync<InvalidPayloadException>(() => platform.Inference("brook").StartAsync(farm.Request(version: 1)));
        await Assert.ThrowsAsync<InvalidPayloadException>(() => platform.Inference("brook").StartAsync(farm.Request(version: 2) with { Form = "series" }));
        await Assert.ThrowsAsync<NotFoundException>(() => platform.Inference("brook").StartAsync(farm.Request(version: 3)));
        await Assert.ThrowsAsync<NotFoundException>(() => platform.Inference("brook").DescribeAsync());

        var events = await PredictionTests.InferAsync(platform, "brook", farm.Request(version: 2));
        Assert.Equal(PredictionState.Completed, events[^1].State);
    }
}
