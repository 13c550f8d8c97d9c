using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Tests.Support;
using Xunit.Abstractions;

namespace FheOrleans.Networks.Tests.Contract;

/// <summary>Which form a job gets, and what is predicted for it.</summary>
public class CircuitChooserTests(ITestOutputHelper output)
{
    private static readonly Network Paper = PaperNetwork.Create();

    [Fact]
    public void Choose_PapersTestSet_TakesFourPhasesOfTwoSeries()
    {
        var choices = Choose(new JobShape(28_000, 17_309));
        var best = choices[0];
        Assert.Equal("polyphase-4-complex", best.Form.ToString());
        Assert.Equal(1, best.Cost.Batches);
        Assert.InRange(best.Cost.UploadBytes, 1, 450L * 17_309);
        Assert.InRange(best.Cost.KeyBytes, 1, 4_500_000);
        Assert.Equal(choices.Select(choice => choice.Cost.TotalSeconds).Order(), choices.Select(choice => choice.Cost.TotalSeconds));
        Assert.All(choices, choice => Assert.InRange(choice.Cost.Error, 0, 1e-5));
        Assert.Contains(choices, choice => choice.Form == CircuitForm.Herd);
        Assert.DoesNotContain(choices, choice => choice.Form.IsFast);
    }

    [Fact]
    public void Choose_LargerErrorAllowed_TakesAFastForm() =>
        Assert.Equal("polyphase-4-complex-fast", Choose(new JobShape(28_000, 17_309, 1e-3))[0].Form.ToString());

    [Fact]
    public void Choose_WeeklyForecast_TakesOneBatchOfSeries()
    {
        var best = Choose(JobShape.Latest(200, 20))[0];
        Assert.Equal((CircuitForm.Series, 1), (best.Form, best.Cost.Batches));
        Assert.Equal(best.Circuit.Report.UploadBytes, best.Cost.UploadBytes);
    }

    [Fact]
    public void Choose_TwoBatchesOfSeries_TakesTwoSeriesInASlot() =>
        Assert.Equal("series-complex", Choose(new JobShape(8_000, 7_000))[0].Form.ToString());

    [Fact]
    public void Choose_NetworkThatNoFormServes_ThrowsWhatTheSeriesLayoutSays()
    {
        var huge = LinearModel.Create([1e6, 1e6, 1e6, 1e6], 0);
        var error = Assert.Throws<CircuitCompilationException>(
            () => CircuitChooser.Choose(huge, JobShape.Latest(10, 1), CostModel.Stored, new CompilerOptions { InputBound = 1024 }));
        Assert.Equal(CircuitRefusal.Range, error.Refusal);
    }

    [Fact]
    public void Choose_ShapeOutOfRange_Throws()
    {
        var good = JobShape.Latest(10, 20);
        Assert.Throws<ArgumentException>(() => Choose(good with { TimePoints = 0 }));
        Assert.Throws<ArgumentException>(() => Choose(good with { Windows = -1 }));
        Assert.Throws<ArgumentException>(() => Choose(good with { MaximumError = double.NaN }));
    }

    [Fact]
    public void Of_WindowSet_CountsRowsAndWindows()
    {
        var windows = Herds.Walks(1, 2, 6, 100);
        Assert.Equal(new JobShape(105, 100), JobShape.Of(windows));
        Assert.Equal(new JobShape(105, 2, 1e-3), JobShape.Of(windows.Subset([4, 70]), 1e-3));
    }

    [Fact]
    public void Predict_MoreBatchesAndThreads_ScalesTimesAndBytes()
    {
        var circuit = CircuitCompiler.Compile(Paper, new CompilerOptions());
        var (one, three) = (CostModel.Stored.Predict(circuit), (CostModel.Stored with { EvaluationThreads = 2, ClientThreads = 3 }).Predict(circuit, 3));
        Assert.Equal(1.5 * one.EvaluateSeconds, three.EvaluateSeconds, 12);
        Assert.Equal(one.EncryptSeconds, three.EncryptSeconds, 12);
        Assert.Equal((3 * one.UploadBytes, 3 * one.ResultBytes, one.KeyBytes), (three.UploadBytes, three.ResultBytes, three.KeyBytes));
        Assert.StartsWith(circuit.Report.ToString(), circuit.Describe(CostModel.Stored), StringComparison.Ordinal);
        Assert.Contains("predicted evaluation", circuit.Describe(CostModel.Stored, 2), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => CostModel.Stored.Predict(circuit, 0));
    }

    [Fact]
    public void Calibrate_ThisMachine_GivesPositiveTimes()
    {
        var costs = CostModel.Calibrate();
        output.WriteLine($"{costs}");
        double[] times = [costs.TransformMicroseconds, costs.TermMicroseconds, costs.ProductMicroseconds, costs.PassMicroseconds,
            costs.EncryptMicroseconds, costs.ReadMicroseconds, costs.DecryptMicroseconds];
        Assert.All(times, time => Assert.InRange(time, 1e-3, 1e6));
    }

    private System.Collections.Immutable.ImmutableArray<CircuitChoice> Choose(JobShape shape)
    {
        var choices = CircuitChooser.Choose(Paper, shape, CostModel.Stored);
        foreach (var (circuit, cost) in choices)
            output.WriteLine($"{circuit.Plan.Form,-26} {cost.Batches} batches, {1e3 * cost.TotalSeconds:0} ms: {1e3 * cost.EncryptSeconds:0} + {1e3 * cost.TransferSeconds:0} + {1e3 * cost.EvaluateSeconds:0} + {1e3 * cost.DecryptSeconds:0}, error {cost.Error:0.0e+0}");
        return choices;
    }
}
