using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Herds;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Client.Tests.Forecasts;

/// <summary>A model says what its inputs are: whoever uses it scales by the ranges it was trained on, and not by those of the own herd.</summary>
[Collection(NodeTests.Name)]
public class SharedModelTests(TestNode node)
{
    [Fact]
    public async Task Upload_ForAnotherFarmsModel_ScalesAsItWasTrained()
    {
        await using var adviser = await TestFarm.JoinAsync(node);
        await using var farm = await TestFarm.JoinAsync(node, cows: 12);
        var (trainedOn, own) = (adviser.Home.ReadHerd("herd").Scaling, farm.Home.ReadHerd("herd"));
        Assert.False(trainedOn.Maximum.SequenceEqual(own.Scaling.Maximum));
        var network = adviser.Home.ReadNetwork("network").WithInputs(ModelInputs.Of(trainedOn));
        var model = await adviser.Client.PublishModelAsync("weekly", network.ToJson(), ModelVisibility.Tenant);

        using var flow = new ForecastWorkflow(farm.Client, farm.Home);
        var (upload, _) = await flow.UploadAsync("herd", "test", model.Model, model.Version, CircuitForm.Series);
        var forecast = await flow.PredictAsync(upload.Dataset, "shared");

        var expected = network.PredictBatch(Scaled(own.Test.Windows, own.Scaling, trainedOn));
        Assert.All(forecast.Normalized.Zip(expected), pair => Assert.Equal(pair.Second, pair.First!.Value, 1e-5));
        Assert.True(trainedOn.Maximum.SequenceEqual(farm.Home.ReadUpload(upload.Dataset)!.Scaling!.Maximum));
    }

    [Fact]
    public async Task Upload_HerdWithOtherInputs_IsRefusedUnlessTheyAreTheSame()
    {
        await using var farm = await TestFarm.JoinAsync(node, cows: 12);
        var inputs = ModelInputs.Of(farm.Home.ReadHerd("herd").Scaling);
        var network = farm.Home.ReadNetwork("network").WithInputs([inputs[0] with { Name = "maelk" }, .. inputs[1..]]);
        var model = await farm.Client.PublishModelAsync("dansk", network.ToJson(), ModelVisibility.Tenant);
        using var flow = new ForecastWorkflow(farm.Client, farm.Home);

        var fault = await Assert.ThrowsAsync<OtherInputsException>(() => flow.UploadAsync("herd", "latest", model.Model, model.Version, CircuitForm.Series));
        Assert.Equal("maelk", fault.Wanted[0]);
        await flow.UploadAsync("herd", "latest", model.Model, model.Version, CircuitForm.Series, acceptNames: true);
    }

    [Fact]
    public async Task Upload_OwnNetworkAfterAnotherHerd_ScalesAsItWasTrainedAndTellsTheNodeNoRange()
    {
        await using var farm = await TestFarm.JoinAsync(node, cows: 12);
        var trainedOn = farm.Home.ReadHerd("herd").Scaling;
        farm.Home.WriteNetwork("network", farm.Home.ReadNetwork("network").WithInputs(ModelInputs.Of(trainedOn)));
        await farm.WrangleAsync(cows: 20);
        using var flow = new ForecastWorkflow(farm.Client, farm.Home);
        var model = await flow.PublishAsync("network");

        var (upload, circuit) = await flow.UploadAsync("herd", "latest", model.Model, model.Version, CircuitForm.Series);

        Assert.Empty(circuit.Plan.Inputs);
        Assert.True(trainedOn.Maximum.SequenceEqual(upload.Scaling!.Maximum));
        Assert.False(trainedOn.Maximum.SequenceEqual(farm.Home.ReadHerd("herd").Scaling.Maximum));
    }

    /// <summary>From one scaling to the raw numbers and to the other, written out.</summary>
    private static WindowSet Scaled(WindowSet windows, MinMaxScaling from, MinMaxScaling to)
    {
        var points = windows.Points.Select((value, i) =>
        {
            var input = i % windows.Features;
            var raw = from.Minimum[input] + value * (from.Maximum[input] - from.Minimum[input]);
            var range = to.Maximum[input] - to.Minimum[input];
            return range > 0 ? Math.Min(1, Math.Max(0, (raw - to.Minimum[input]) / range)) : 0;
        });
        return new([.. points], windows.Features, windows.TimePoints, windows.WindowStarts);
    }
}
