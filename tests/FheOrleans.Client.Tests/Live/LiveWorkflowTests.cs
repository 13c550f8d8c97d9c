using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Herds;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Live;
using FheOrleans.Client.Receipts;
using FheOrleans.Client.Tests.Commands;
using FheOrleans.Client.Tests.Forecasts;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Layers;

namespace FheOrleans.Client.Tests.Live;

/// <summary>Live forecasts against a real node: append, watch, restart, upgrade, end.</summary>
[Collection(NodeTests.Name)]
public sealed class LiveWorkflowTests(TestNode node)
{
    [Theory]
    [InlineData("live")]
    [InlineData("live-packed")]
    public async Task AppendAndWatch_WeekAfterWeek_ShowsTheNetworksOwnForecastsEachOnce(string form)
    {
        await using var farm = await JoinAsync(cows: 8);
        var weeks = Weeks(farm);
        using var flow = new LiveWorkflow(farm.Client, farm.Home);
        var model = await PublishAsync(farm);
        await flow.SubscribeAsync("live", "short", model.Model, model.Version, form: CircuitForm.Parse(form));
        Assert.Equal(4, (await flow.AppendAsync("live", weeks.Until(-2))).Count);

        var first = await NextAsync(flow);
        AssertForecast(farm, weeks, first);
        farm.Home.WriteShown(first.Sequence);
        Assert.Equal([5], (await flow.AppendAsync("live", weeks.Only(-2))).Select(point => point.Point));
        Assert.Equal([6], (await flow.AppendAsync("live", weeks.Until(0))).Select(point => point.Point)); // The whole file: one week of it is new.
        Assert.Empty(await flow.AppendAsync("live", weeks.Until(0)));

        // Another process of the same farm: what came while nobody watched is shown, nothing twice, in order.
        using var other = new LiveWorkflow(farm.Client, farm.Home);
        var (second, third) = await NextTwoAsync(other);
        Assert.Equal((5, 6), (second.Point, third.Point));
        AssertForecast(farm, weeks, second);
        AssertForecast(farm, weeks, third);
        farm.Home.WriteShown(second.Sequence);
        using var forecasts = new ForecastWorkflow(farm.Client, farm.Home);
        await forecasts.CatchUpAsync();
        Assert.Equal(6, (await NextAsync(new LiveWorkflow(farm.Client, farm.Home))).Point);
    }

    [Fact]
    public async Task Append_OlderCopyOfTheHome_IsRefused()
    {
        await using var farm = await JoinAsync(cows: 6);
        var weeks = Weeks(farm);
        using var flow = new LiveWorkflow(farm.Client, farm.Home);
        var model = await PublishAsync(farm);
        await flow.SubscribeAsync("live", "short", model.Model, model.Version);
        await flow.AppendAsync("live", weeks.Until(-2), most: 2);
        var record = Path.Combine(farm.Home.Folder, "live", "live.json");
        var older = await File.ReadAllBytesAsync(record);
        await flow.AppendAsync("live", weeks.Only(-2));
        await File.WriteAllBytesAsync(record, older);

        // There is no telling which places the node's third point has.
        var fault = await Assert.ThrowsAsync<OutOfStepException>(() => flow.AppendAsync("live", weeks.Until(0)));

        Assert.Equal((3, 2), (fault.Found, fault.Expected));
    }

    [Fact]
    public async Task Upgrade_ToANewVersion_ForecastsTheNewestPointByIt()
    {
        await using var farm = await JoinAsync(cows: 6);
        var weeks = Weeks(farm);
        using var flow = new LiveWorkflow(farm.Client, farm.Home);
        var model = await PublishAsync(farm);
        var live = await flow.SubscribeAsync("live", "short", model.Model, model.Version, file: weeks.Until(0));
        Assert.Equal(CircuitForm.LivePacked, CircuitPlan.FromJson(live.Plans[1]).Form); // six cows are few
        await flow.AppendAsync("live", weeks.Until(0));
        farm.Home.WriteShown((await NextAsync(flow)).Sequence);
        farm.Home.WriteNetwork("network", Short(0.02));
        Assert.Equal(2, (await PublishAsync(farm)).Version);

        var upgraded = await flow.UpgradeAsync("live", 2);

        Assert.Equal((2, 4), (upgraded.Declaration.Version, upgraded.FirstForecast));
        var news = await NextAsync(flow);
        Assert.Equal((4, 2), (news.Point, news.Version));
        AssertForecast(farm, weeks, news);
        await flow.EndAsync("live");
        Assert.Empty(farm.Home.LiveSubscriptions());
        await Assert.ThrowsAsync<FarmHomeException>(() => flow.AppendAsync("live", weeks.Until(0)));
    }

    [Fact]
    public async Task Upgrade_ToAVersionTrainedOnOtherRanges_IsRefused()
    {
        await using var farm = await JoinAsync(cows: 6);
        using var flow = new LiveWorkflow(farm.Client, farm.Home);
        var model = await PublishAsync(farm);
        var live = await flow.SubscribeAsync("live", "short", model.Model, model.Version);
        var others = ModelInputs.Of(live.Scaling).Select(input => input with { Maximum = input.Maximum + 1 });
        farm.Home.WriteNetwork("network", Short(0.02).WithInputs([.. others]));
        await PublishAsync(farm);

        await Assert.ThrowsAsync<OtherScalingException>(() => flow.UpgradeAsync("live", 2));

        Assert.Equal(1, farm.Home.ReadLive("live")!.Version);
    }

    [Fact]
    public async Task Verify_AfterLiveForecasts_EverythingHoldsAndWhatIsChangedIsNamed()
    {
        await using var farm = await JoinAsync(cows: 6);
        var weeks = Weeks(farm);
        using var flow = new LiveWorkflow(farm.Client, farm.Home);
        var model = await PublishAsync(farm);
        await flow.SubscribeAsync("live", "short", model.Model, model.Version);
        await flow.AppendAsync("live", weeks.Until(0), most: 1);
        await flow.EndAsync("live"); // The ledger keeps its point, which is not the first of the next of that name.
        await flow.SubscribeAsync("live", "short", model.Model, model.Version);
        await flow.AppendAsync("live", weeks.Until(-2));
        farm.Home.WriteShown((await NextAsync(flow)).Sequence);
        await flow.AppendAsync("live", weeks.Only(-2));
        farm.Home.WriteShown((await NextAsync(flow)).Sequence);
        await VerifiedAsync(receipts: 2);

        // By the next version the newest point has a second receipt; the first stays.
        farm.Home.WriteNetwork("network", Short(0.02));
        await PublishAsync(farm);
        await flow.UpgradeAsync("live", 2);
        var newest = await NextAsync(flow);
        Assert.Equal((5, 2), (newest.Point, newest.Version));
        await VerifiedAsync(receipts: 3);

        var folder = Path.Combine(farm.Home.Folder, "live", "live");
        var kept = Path.Combine(folder, "receipts", "000004.json");
        await ChangedAsync(kept, text => text.Replace("point\\u0022:4", "point\\u0022:5", StringComparison.Ordinal), "a signature that does not hold");
        await ChangedAsync(kept, text => text.Replace("\"resultSha256\": \"", "\"resultSha256\": \"0", StringComparison.Ordinal), "resultSha256");
        await ChangedAsync(kept, _ => "{}", "none in this home");
        var point = Path.Combine(folder, "000004.json");
        var more = $"\"chunkSha256\": [ \"{new string('a', 64)}\",";
        await ChangedAsync(point, text => text.Replace("\"chunkSha256\": [", more, StringComparison.Ordinal), "inputSha256");

        var earlier = Path.Combine(folder, "000002.json");
        var second = await File.ReadAllTextAsync(earlier);
        File.Copy(Path.Combine(folder, "000001.json"), earlier, overwrite: true);
        var other = await FarmVerification.RunAsync(farm.Home, farm.Client);
        Assert.Contains(other.Faults, fault => fault.Contains("'datasetAppended' of 'point 2 of live'", StringComparison.Ordinal));
        File.Delete(earlier);
        var without = await FarmVerification.RunAsync(farm.Home, farm.Client); // Nothing to hold the point, and the windows it is in, against.
        Assert.Equal((0, 0, 3), (without.Faults.Count, without.LiveReceipts, without.Unknown.Count));
        await File.WriteAllTextAsync(earlier, second);
        await VerifiedAsync(receipts: 3);

        async Task VerifiedAsync(int receipts)
        {
            var report = await FarmVerification.RunAsync(farm.Home, farm.Client);
            Assert.Empty(report.Faults);
            Assert.Empty(report.Unknown);
            var points = farm.Home.ReadLive("live")!.Appended;
            // The key set is one more, and the point of the ended one of that name another.
            Assert.Equal((receipts, receipts, points + 2), (report.Receipts, report.LiveReceipts, report.Entered));
        }

        async Task ChangedAsync(string path, Func<string, string> change, string expected)
        {
            var before = await File.ReadAllTextAsync(path);
            Assert.NotEqual(before, change(before));
            await File.WriteAllTextAsync(path, change(before));
            var verified = await CommandLine.RunAsync("verify", "--offline", "--json", "--home", farm.Home.Folder);
            await File.WriteAllTextAsync(path, before);
            Assert.Equal(1, verified.Code);
            Assert.Contains(verified.Json.GetProperty("faults").EnumerateArray(), fault => fault.GetString()!.Contains(expected, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task End_ForecastsWereRead_TheirReceiptsAreVerifiedOnUntilTheyAreForgotten()
    {
        await using var farm = await JoinAsync(cows: 6);
        var weeks = Weeks(farm);
        using var flow = new LiveWorkflow(farm.Client, farm.Home);
        var model = await PublishAsync(farm);
        for (var round = 1; round <= 2; round++)
        {
            await flow.SubscribeAsync("live", "short", model.Model, model.Version);
            await flow.AppendAsync("live", weeks.Until(0), most: 4);
            farm.Home.WriteShown((await NextAsync(flow)).Sequence);

            await flow.EndAsync("live");

            Assert.Empty(farm.Home.LiveSubscriptions());
            var report = await FarmVerification.RunAsync(farm.Home, farm.Client);
            Assert.Empty(report.Faults);
            Assert.Equal((round, 4 * round), (report.LiveReceipts, report.Entered));
        }
        var receipt = Path.Combine(farm.Home.Folder, "live-ended", "0001", "live", "receipts", "000004.json");
        await File.WriteAllTextAsync(receipt, (await File.ReadAllTextAsync(receipt)).Replace("point\\u0022:4", "point\\u0022:5", StringComparison.Ordinal));
        Assert.Contains("signature", Assert.Single((await FarmVerification.RunAsync(farm.Home, null)).Faults), StringComparison.Ordinal);

        await flow.SubscribeAsync("live", "short", model.Model, model.Version);
        await flow.EndAsync("live", forget: true);
        Assert.Equal(2, Directory.GetDirectories(Path.Combine(farm.Home.Folder, "live-ended")).Length);
        Assert.Empty(farm.Home.LiveSubscriptions());
    }

    private static async Task<PublishedVersion> PublishAsync(TestFarm farm)
    {
        using var forecasts = new ForecastWorkflow(farm.Client, farm.Home);
        return await forecasts.PublishAsync("network");
    }

    /// <summary>A farm with windows of four points and a weighted sum over them: the small ring, so that a test appends quickly.</summary>
    private async Task<TestFarm> JoinAsync(int cows)
    {
        var farm = await TestFarm.JoinAsync(node, cows);
        WrangledHerdFile.Save(farm.Home.HerdPath("short"), HerdReader.Read(Path.Combine(farm.Folder, "herd.csv"), new() { TimePoints = 4 }));
        farm.Home.WriteNetwork("network", Short(0));
        return farm;
    }

    private static Network Short(double moved) => new(4, 7, new Dense(0, 1, [.. Enumerable.Range(0, 28).Select(i => (i % 5 - 2) / 10.0 + moved), 0.2]));

    private static async Task<LiveNews> NextAsync(LiveWorkflow flow)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (var news in flow.WatchAsync(null, patience.Token)) return news;
        throw new InvalidOperationException("Watching ended by itself.");
    }

    private static async Task<(LiveNews, LiveNews)> NextTwoAsync(LiveWorkflow flow)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        LiveNews? first = null;
        await foreach (var news in flow.WatchAsync(null, patience.Token))
        {
            if (first is not null) return (first, news);
            first = news;
        }
        throw new InvalidOperationException("Watching ended by itself.");
    }

    /// <summary>The forecast of each animal is the network's own, from the herd's clear records up to that week.</summary>
    private static void AssertForecast(TestFarm farm, WeeklyFiles weeks, LiveNews news)
    {
        Assert.Null(news.Fault);
        var (herd, network, point) = (farm.Home.ReadHerd("short"), farm.Home.ReadNetwork("network"), news.Read!);
        Assert.NotEmpty(point.Windows);
        foreach (var (window, kilograms) in point.Windows.Zip(point.Forecast!.Kilograms))
        {
            double[] inputs = [.. weeks.Rows(window.Animal, (int)point.Time, network.TimePoints).SelectMany(row => row.Select((value, feature) => herd.Scaling.Normalize(feature, value)))];
            Assert.Equal(herd.Scaling.ToKilograms(network.Predict(inputs)), kilograms, 1e-3);
        }
    }

    private static WeeklyFiles Weeks(TestFarm farm) => new(farm.Folder);
}
