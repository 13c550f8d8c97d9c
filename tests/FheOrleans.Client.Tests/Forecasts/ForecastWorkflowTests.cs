using FheOrleans.Ckks.Secrets;
using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Nodes;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Client.Tests.Forecasts;

/// <summary>The whole way against a real node: its process, its HTTPS, its SignalR, its grains.</summary>
[Collection(NodeTests.Name)]
public class ForecastWorkflowTests(TestNode node)
{
    [Theory]
    [InlineData("herd")]
    [InlineData("herd-keyless")]
    [InlineData("series-complex")]
    [InlineData("polyphase-4")]
    [InlineData("polyphase-4-complex")]
    [InlineData(null)]
    public async Task Predict_InAnyForm_GivesTheNetworksOwnForecasts(string? form)
    {
        await using var farm = await TestFarm.JoinAsync(node);
        using var flow = new ForecastWorkflow(farm.Client, farm.Home);
        var model = await flow.PublishAsync("network");
        var (upload, circuit) = await flow.UploadAsync("herd", "test", model.Model, model.Version, form is null ? null : CircuitForm.Parse(form));
        var forecast = await flow.PredictAsync(upload.Dataset, "first");

        var clear = farm.Home.ReadNetwork("network").PredictBatch(farm.Home.ReadHerd("herd").Test.Windows);
        Assert.Equal(clear.Length, forecast.Normalized.Count);
        Assert.All(forecast.Normalized.Zip(clear), pair => Assert.Equal(pair.Second, pair.First!.Value, 1e-5));
        if (form is not null) Assert.Equal(form, circuit.Form);
        else Assert.Equal(circuit.Form, circuit.Candidates[0].Form);
        Assert.Equal(circuit.UploadBytes, flow.UploadBytes);
        // The herd layout needs no rotations; what a circuit does not need is not made.
        var kinds = (await farm.Client.GetKeySetAsync(upload.KeySet)).Objects.Select(item => item.Kind).ToArray();
        Assert.Equal(circuit.Plan.NeedsGaloisKeys, kinds.Contains(KeyObjectKind.Galois));
        Assert.Equal(circuit.Plan.NeedsRelinearizationKeys, kinds.Contains(KeyObjectKind.Relinearization));
    }

    [Fact]
    public async Task Upload_CutOffHalfWay_GoesOnWhereItStopped()
    {
        await using var farm = await TestFarm.JoinAsync(node);
        using var stop = new CancellationTokenSource();
        // Herd layout: ten chunks of one batch. The client "dies" when the node has the second of them.
        using var first = new ForecastWorkflow(farm.Client, farm.Home, new When(step => step is { Stage: ForecastStage.Upload, Detail: "chunks", Done: >= 2 }, stop.Cancel));
        var model = await first.PublishAsync("network");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.UploadAsync("herd", "test", model.Model, model.Version, CircuitForm.Herd, "cut-off", cancellation: stop.Token));
        var there = await farm.Client.GetDatasetAsync("cut-off");
        Assert.InRange(there.Received.Count, 1, (int)there.Declaration.Chunks - 1);

        using var second = new ForecastWorkflow(farm.Client, farm.Home);
        var (upload, circuit) = await second.UploadAsync("herd", "test", model.Model, model.Version, CircuitForm.Herd, "cut-off");
        Assert.True(second.UploadBytes < circuit.UploadBytes, $"sent {second.UploadBytes} of {circuit.UploadBytes} bytes again");
        Assert.Equal(0, second.KeyBytes);
        Assert.Equal(ForecastState.Completed, (await second.PredictAsync(upload.Dataset, "after-cut")).State);
    }

    [Fact]
    public async Task Upload_TheSameAgain_SendsNothing()
    {
        await using var farm = await TestFarm.JoinAsync(node);
        using var flow = new ForecastWorkflow(farm.Client, farm.Home);
        var model = await flow.PublishAsync("network");
        var (once, _) = await flow.UploadAsync("herd", "latest", model.Model, model.Version, null);
        var (keys, bytes) = (flow.KeyBytes, flow.UploadBytes);
        var (twice, _) = await flow.UploadAsync("herd", "latest", model.Model, model.Version, null);
        Assert.Equal(once, twice with { Plan = once.Plan, Scaling = once.Scaling });
        Assert.True(once.IsComplete);
        Assert.Equal((keys, bytes), (flow.KeyBytes, flow.UploadBytes));
    }

    [Fact]
    public async Task Predict_OnANodeThatWasRestoredFromABackup_DoesNotWaitForNumbersItHasNot()
    {
        await using var farm = await TestFarm.JoinAsync(node);
        using var flow = new ForecastWorkflow(farm.Client, farm.Home);
        var model = await flow.PublishAsync("network");
        var (upload, _) = await flow.UploadAsync("herd", "latest", model.Model, model.Version, CircuitForm.Series);
        // What this home has seen, and the node that was restored has not.
        await File.WriteAllTextAsync(Path.Combine(farm.Home.Folder, "events.json"), """{"sequence":1000}""");

        var forecast = await flow.PredictAsync(upload.Dataset, "after");

        Assert.Equal(ForecastState.Completed, forecast.State);
        Assert.InRange(farm.Home.ReadLastEvent(), 1, 10);
    }

    [Fact]
    public async Task Predict_WithAnotherModelOfTheSameCircuit_UsesTheSameUpload()
    {
        await using var farm = await TestFarm.JoinAsync(node);
        using var flow = new ForecastWorkflow(farm.Client, farm.Home);
        var first = await flow.PublishAsync("network");
        var herd = farm.Home.ReadHerd("herd");
        farm.Home.WriteNetwork("second", PaperNetwork.Create(herd.TimePoints, herd.Features, seed: 2));
        var second = await flow.PublishAsync("second");
        var (upload, _) = await flow.UploadAsync("herd", "latest", first.Model, first.Version, CircuitForm.Series);
        var forecast = await flow.PredictAsync(upload.Dataset, "by-second", (second.Model, second.Version));
        var clear = farm.Home.ReadNetwork("second").PredictBatch(herd.Latest.Windows);
        Assert.All(forecast.Normalized.Zip(clear), pair => Assert.Equal(pair.Second, pair.First!.Value, 1e-5));

        farm.Home.WriteNetwork("linear", NetworkDesign.Create("linear", herd.TimePoints, herd.Features, 1));
        var linear = await flow.PublishAsync("linear");
        await Assert.ThrowsAsync<OtherCircuitException>(() => flow.PredictAsync(upload.Dataset, "by-linear", (linear.Model, linear.Version)));
        Assert.Null(farm.Home.ReadForecast("by-linear"));
    }

    [Fact]
    public async Task Predict_AfterTheHerdWasWrangledAnew_RefusesToMixThem()
    {
        await using var farm = await TestFarm.JoinAsync(node);
        using var flow = new ForecastWorkflow(farm.Client, farm.Home);
        var model = await flow.PublishAsync("network");
        await flow.UploadAsync("herd", "latest", model.Model, model.Version, CircuitForm.Series, "old");
        await farm.WrangleAsync(cows: 31);
        await Assert.ThrowsAsync<FarmHomeException>(() => flow.PredictAsync("old", "mixed"));
        await Assert.ThrowsAsync<FarmHomeException>(() => flow.UploadAsync("herd", "latest", model.Model, model.Version, CircuitForm.Series, "old"));
    }

    [Fact]
    public async Task Predict_WithAnotherSecretKey_SaysItIsNoiseAndKeepsNoForecast()
    {
        await using var farm = await TestFarm.JoinAsync(node);
        using var flow = new ForecastWorkflow(farm.Client, farm.Home);
        var model = await flow.PublishAsync("network");
        var (upload, circuit) = await flow.UploadAsync("herd", "test", model.Model, model.Version, CircuitForm.Series);

        // The same home, but the key in the key set's place is another one.
        File.Delete(Path.Combine(farm.Home.Folder, "keys", upload.KeySet + ".sealed"));
        using (var other = SecretKey.Generate(circuit.Parameters)) farm.Home.SaveSecretKey(upload.KeySet, other);
        using var reopened = new ForecastWorkflow(farm.Client, farm.Home);
        await Assert.ThrowsAsync<UnreadableResultException>(() => reopened.PredictAsync(upload.Dataset, "noise"));
        var kept = farm.Home.ReadForecast("noise")!;
        Assert.Equal(ForecastState.Failed, kept.State);
        Assert.All(kept.Normalized, Assert.Null);
        // The bad event does not hold up what comes after it.
        Assert.Equal(0, await CatchUpTwiceAsync(reopened));
    }

    [Fact]
    public async Task CatchUp_AfterBeingAway_ReadsWhatWasComputedMeanwhile()
    {
        await using var farm = await TestFarm.JoinAsync(node);
        using var flow = new ForecastWorkflow(farm.Client, farm.Home);
        var model = await flow.PublishAsync("network");
        var (upload, _) = await flow.UploadAsync("herd", "latest", model.Model, model.Version, CircuitForm.Series);
        using (var away = new CancellationTokenSource())
        {
            using var leaving = new ForecastWorkflow(farm.Client, farm.Home, new When(step => step.Stage == ForecastStage.Evaluate, away.Cancel));
            // Leaves as soon as the inference begins; the request may or may not have reached the node.
            await Record.ExceptionAsync(() => leaving.PredictAsync(upload.Dataset, "away", cancellation: away.Token));
        }
        Assert.Equal(ForecastState.Completed, (await flow.PredictAsync(upload.Dataset, "away")).State);
        await flow.CatchUpAsync();
        Assert.Equal(ForecastState.Completed, farm.Home.ReadForecast("away")!.State);
    }

    [Fact]
    public async Task CatchUp_AForecastThatTheNodeNeverHeardOf_IsForgotten()
    {
        await using var farm = await TestFarm.JoinAsync(node);
        using var flow = new ForecastWorkflow(farm.Client, farm.Home);
        var model = await flow.PublishAsync("network");
        var (upload, _) = await flow.UploadAsync("herd", "latest", model.Model, model.Version, CircuitForm.Series);
        using (var stop = new CancellationTokenSource())
        {
            // Stopped in the moment before it asks: it cannot know that the node has not heard it.
            using var leaving = new ForecastWorkflow(farm.Client, farm.Home, new When(step => step.Stage == ForecastStage.Evaluate, stop.Cancel));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leaving.PredictAsync(upload.Dataset, "unheard", cancellation: stop.Token));
        }
        Assert.Equal(["unheard"], farm.Home.Forecasts());
        await flow.CatchUpAsync();
        Assert.Empty(farm.Home.Forecasts());
    }

    [Fact]
    public async Task Predict_AnInferenceWhoseEventsWentBy_FetchesItsResults()
    {
        await using var farm = await TestFarm.JoinAsync(node);
        using var flow = new ForecastWorkflow(farm.Client, farm.Home);
        var model = await flow.PublishAsync("network");
        var (upload, _) = await flow.UploadAsync("herd", "latest", model.Model, model.Version, CircuitForm.Series);
        var first = await flow.PredictAsync(upload.Dataset, "twice");
        // A home that lost its forecast has taken the events already; the node still has the result.
        File.Delete(Path.Combine(farm.Home.Folder, "forecasts", "twice.json"));
        Assert.Equal(first.Normalized, (await flow.PredictAsync(upload.Dataset, "twice")).Normalized);
    }

    [Fact]
    public async Task Predict_ANodeThatWasAway_NeedsNoKeysOrDataAgain()
    {
        await using var own = new OwnNode();
        await own.Node.InitializeAsync();
        await using var farm = await TestFarm.JoinAsync(own.Node);
        using var flow = new ForecastWorkflow(farm.Client, farm.Home);
        var model = await flow.PublishAsync("network");
        await flow.UploadAsync("herd", "latest", model.Model, model.Version, CircuitForm.Series, "kept");
        await own.Node.Process.DisposeAsync();
        await Assert.ThrowsAsync<NodeUnreachableException>(() => flow.PredictAsync("kept", "lost"));
        Assert.Empty(farm.Home.Forecasts());
        await own.Node.RestartAsync();
        await farm.ConnectAsync(own.Node);
        using var again = new ForecastWorkflow(farm.Client, farm.Home);
        Assert.Equal(ForecastState.Completed, (await again.PredictAsync("kept", "lost")).State);
        // Neither keys nor data had to be sent again after the restart.
        Assert.Equal((0, 0), (again.KeyBytes, again.UploadBytes));
    }

    [Fact]
    public async Task AnotherOwner_CanNeitherReadUseNorName()
    {
        await using var farm = await TestFarm.JoinAsync(node);
        await using var neighbour = await TestFarm.JoinAsync(node);
        using var flow = new ForecastWorkflow(farm.Client, farm.Home);
        var model = await flow.PublishAsync("network");
        var (upload, _) = await flow.UploadAsync("herd", "latest", model.Model, model.Version, CircuitForm.Series);
        await flow.PredictAsync(upload.Dataset, "mine");

        async Task IsNotThere(Func<Task> attempt) =>
            Assert.Equal(ProblemTypes.NotFound, (await Assert.ThrowsAsync<NodeRefusedException>(attempt)).Type);
        await IsNotThere(() => neighbour.Client.GetDatasetAsync(upload.Dataset));
        await IsNotThere(() => neighbour.Client.GetKeySetAsync(upload.KeySet));
        await IsNotThere(() => neighbour.Client.GetInferenceAsync("mine"));
        await IsNotThere(() => neighbour.Client.DownloadResultAsync("mine", 0));
        await IsNotThere(() => neighbour.Client.GetPlanAsync(model.Model, model.Version, "series"));
        Assert.Empty((await neighbour.Client.GetEventsAsync(0)).Events);
    }

    [Fact]
    public async Task Upload_WindowsOfAnotherShape_SaysBothShapes()
    {
        await using var farm = await TestFarm.JoinAsync(node);
        farm.Home.WriteNetwork("other", PaperNetwork.Create(12, 5));
        using var flow = new ForecastWorkflow(farm.Client, farm.Home);
        var model = await flow.PublishAsync("other");
        var fault = await Assert.ThrowsAsync<ShapeMismatchException>(() => flow.UploadAsync("herd", "test", model.Model, model.Version, null));
        Assert.Contains("20 points with 7 inputs, the network takes 12 with 5", fault.Message, StringComparison.Ordinal);
    }

    /// <summary>A node that one test may stop without disturbing the others.</summary>
    private sealed class OwnNode : IAsyncDisposable
    {
        public TestNode Node { get; } = new();

        public async ValueTask DisposeAsync() => await Node.DisposeAsync();
    }

    private static async Task<int> CatchUpTwiceAsync(ForecastWorkflow flow)
    {
        await flow.CatchUpAsync();
        return await flow.CatchUpAsync();
    }

    private sealed class When(Predicate<StageProgress> condition, Action act) : IProgress<StageProgress>
    {
        public void Report(StageProgress value)
        {
            if (condition(value)) act();
        }
    }
}
