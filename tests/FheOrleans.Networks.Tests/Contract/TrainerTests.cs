using FheOrleans.Networks.Layers;
using FheOrleans.Networks.Tests.Support;
using FheOrleans.Networks.Training;

namespace FheOrleans.Networks.Tests.Contract;

public class TrainerTests
{
    private static readonly WindowSet Training = Herds.WithTargets(31, 7, 20, 3000, Rule);
    private static readonly WindowSet Validation = Herds.WithTargets(32, 7, 20, 500, Rule);

    [Fact]
    public void Train_PaperNetwork_LearnsARule()
    {
        var result = Trainer.Train(PaperNetwork.Create(seed: 1), Training, Validation, new TrainingOptions { Epochs = 30 });
        var mean = Validation.Targets!.Average();
        var variance = Validation.Targets!.Average(target => (target - mean) * (target - mean));
        Assert.InRange(Trainer.Evaluate(result.Network, Validation, Loss.MeanSquaredError), 0, 0.2 * variance);
        Assert.Equal(2, result.PreActivations.Length);
        Assert.All(result.PreActivations, range => Assert.InRange(range.Largest, 0.01, 50));
        Assert.Equal(result.PreActivations.All(range => range.Largest <= range.Interval), result.StayedInside);
    }

    [Fact]
    public void Train_SameSeed_GivesTheSameBits()
    {
        var options = new TrainingOptions { Epochs = 2, Seed = 5 };
        var first = Trainer.Train(PaperNetwork.Create(seed: 4), Training, null, options).Network;
        var second = Trainer.Train(PaperNetwork.Create(seed: 4), Training, null, options).Network;
        var other = Trainer.Train(PaperNetwork.Create(seed: 4), Training, null, options with { Seed = 6 }).Network;
        Assert.Equal(first.ToJson(), second.ToJson());
        Assert.NotEqual(first.ToJson(), other.ToJson());
    }

    [Fact]
    public void Train_GivenNetwork_IsNotChanged()
    {
        var network = PaperNetwork.Create(seed: 4);
        var before = network.ToJson();
        Trainer.Train(network, Training, null, new TrainingOptions { Epochs = 1 });
        Assert.Equal(before, network.ToJson());
    }

    [Fact]
    public void Train_PatienceRunsOut_StopsAndKeepsTheBest()
    {
        var options = new TrainingOptions { Epochs = 500, Patience = 3, LearningRate = 0.05 };
        var result = Trainer.Train(PaperNetwork.Create(seed: 2), Training.Subset([.. Enumerable.Range(0, 100)]), Validation, options);
        Assert.Equal(result.BestEpoch + 3, result.Epochs.Length);
        Assert.Equal(result.Epochs.Min(epoch => epoch.ValidationLoss), Trainer.Evaluate(result.Network, Validation, Loss.MeanSquaredError));
    }

    [Fact]
    public void Train_HuberOnOutliers_ForecastsTheMedian()
    {
        // One constant input: the squared loss finds the mean of the targets, 3.25, and the nearly absolute one their median, 1.
        var windows = new WindowSet([1], 1, 1, [0, 0, 0, 0], [1, 1, 1, 10]);
        var network = LinearModel.Create([0.1], 0);
        var options = new TrainingOptions { Epochs = 4000, BatchSize = 4, LearningRate = 0.01 };
        Assert.Equal(3.25, Trainer.Train(network, windows, null, options).Network.Predict([1]), 2);
        Assert.Equal(1, Trainer.Train(network, windows, null, options with { Loss = Loss.Huber(0.1) }).Network.Predict([1]), 1);
    }

    [Fact]
    public void Huber_EachSideOfDelta_MatchesItsFormula()
    {
        var loss = Loss.Huber(0.3);
        Assert.Equal(0.04 / 0.6, loss.Value(-0.2), 12);
        Assert.Equal(1 - 0.15, loss.Value(1), 12);
        Assert.Equal((-1, 0.5), (loss.Gradient(-2), Math.Round(loss.Gradient(0.15), 12)));
        Assert.Throws<ArgumentOutOfRangeException>(() => Loss.Huber(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => Loss.Huber(double.NaN));
    }

    [Fact]
    public void Train_Progress_TellsEveryEpoch()
    {
        var told = new List<TrainingProgress>();
        var result = Trainer.Train(PaperNetwork.Create(), Training, Validation, new TrainingOptions { Epochs = 3 }, new Listener(told));
        Assert.Equal([1, 2, 3], told.Select(progress => progress.Epoch));
        Assert.Equal(told, result.Epochs.ToArray());
    }

    [Fact]
    public void Train_Cancelled_Throws()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => Trainer.Train(PaperNetwork.Create(), Training, null, new TrainingOptions(), null, source.Token));
    }

    [Fact]
    public void Train_LeavesFiniteNumbers_SaysItDiverged()
    {
        // Twelve squares in a row: x^4096.
        var layers = new List<Layer> { new Dense(0, 1, [2, 0]) };
        for (var i = 1; i <= 12; i++) layers.Add(new Activation(i, PolynomialActivation.Square));
        var windows = new WindowSet([1], 1, 1, [0], [1]);
        var error = Assert.Throws<TrainingDivergedException>(() =>
            Trainer.Train(new Network(1, 1, [.. layers]), windows, null, new TrainingOptions { LearningRate = 0.5 }));
        Assert.Equal((1, 0.5), (error.Epoch, error.LearningRate));
    }

    [Fact]
    public void Train_BadArguments_AreNamed()
    {
        var network = PaperNetwork.Create();
        Assert.Throws<ArgumentException>(() => Trainer.Train(network, Herds.Walks(1, 7, 20, 5), null, new TrainingOptions()));
        Assert.Throws<ArgumentException>(() => Trainer.Train(network, Training.Subset([]), null, new TrainingOptions()));
        Assert.Throws<ArgumentException>(() => Trainer.Train(PaperNetwork.Create(10), Training, null, new TrainingOptions()));
        var error = Assert.Throws<ArgumentException>(() =>
            Trainer.Train(network, Training, null, new TrainingOptions { Epochs = 0, BatchSize = 0, Beta1 = 1, Epsilon = double.NaN }));
        foreach (var name in new[] { "Epochs", "BatchSize", "Beta1", "Epsilon" }) Assert.Contains(name, error.Message, StringComparison.Ordinal);
    }

    /// <summary>What the windows ask for: mostly the last value of feature 0, and a little of feature 1 and of an earlier time.</summary>
    private static double Rule(WindowSet set, int window)
    {
        var points = set.Window(window);
        return 0.2 + 0.5 * points[19 * 7] + 0.2 * points[19 * 7 + 1] - 0.15 * points[10 * 7];
    }

    private sealed class Listener(List<TrainingProgress> told) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => told.Add(value);
    }
}
