using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Tests.Herds;
using FheOrleans.Networks.Training;

namespace FheOrleans.Client.Tests.Forecasts;

public class ForecastErrorsTests
{
    [Fact]
    public void OfNaive_AYieldThatRisesByOne_IsKnown()
    {
        // Test targets 9, 10, 109, 110, each one more than the last; the training range is 1..106.
        var herd = CsvText.Read(CsvText.Herd(10, 10), new() { Columns = CsvText.Columns, TimePoints = 4 });
        var errors = ForecastErrors.OfNaive(herd.Test, herd.Scaling);
        Assert.Equal(1 / 105.0, errors.Mae, 12);
        Assert.Equal(1 / (105.0 * 105), errors.Mse, 12);
        Assert.Equal(1, errors.MaeKilograms, 12);
        Assert.Equal(25 * (1 / 9.0 + 1 / 10.0 + 1 / 109.0 + 1 / 110.0), errors.Mape, 10);
        // Deviations from the mean 59.5: 50.5, 49.5, 49.5, 50.5.
        Assert.Equal(1 - 4 / (2 * (50.5 * 50.5 + 49.5 * 49.5)), errors.R2, 12);
    }

    [Fact]
    public void OfNormalized_TheTruth_HasNoError()
    {
        var herd = CsvText.Read(CsvText.Herd(60, 60));
        var errors = ForecastErrors.OfNormalized(herd.Test.Windows.Targets!, herd.Test, herd.Scaling);
        Assert.Equal(0, errors.Mae, 12);
        Assert.Equal(1, errors.R2, 12);
        Assert.Throws<ArgumentException>(() => ForecastErrors.OfNormalized([], herd.Latest, herd.Scaling));
    }

    [Theory]
    [InlineData("paper")]
    [InlineData("linear")]
    [InlineData("square")]
    public void Train_EachDesign_IsTheSameForTheSameSeedAndLearns(string design)
    {
        var herd = CsvText.Read(CsvText.Herd(60, 60, 60));
        var options = new TrainingOptions { Epochs = 5, Seed = 4 };
        var first = NetworkTraining.Train(herd, design, options, starts: 2);
        Assert.Equal(first.Network.ToJson(), NetworkTraining.Train(herd, design, options, starts: 2).Network.ToJson());
        Assert.True(double.IsFinite(first.Epochs[first.BestEpoch - 1].ValidationLoss!.Value));
    }
}
