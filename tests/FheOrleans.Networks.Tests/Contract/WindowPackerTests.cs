using System.Numerics;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;
using FheOrleans.Networks.Tests.Support;

namespace FheOrleans.Networks.Tests.Contract;

/// <summary>Where numbers go in slots, and where forecasts are found again.</summary>
public class WindowPackerTests
{
    [Fact]
    public void Pack_Herd_PutsAWindowInEachSlot()
    {
        var plan = Plan(CircuitLayout.Herd);
        var windows = Herds.Walks(1, 2, 6, 5000);
        var packer = new WindowPacker(plan, windows);
        Assert.Equal((2, 4096, 904), (packer.BatchCount, packer.WindowsIn(0), packer.WindowsIn(1)));
        var vectors = packer.Pack(1);
        Assert.Equal(12, vectors.Count);

        // Ciphertext (point i, feature f) is number 2 i + f; slot s of batch 1 is window 4096 + s.
        Assert.Equal(windows.Points[(4096 + 7 + 3) * 2 + 1], vectors[2 * 3 + 1][7]);
        Assert.Equal(0, vectors[0][904]);
    }

    [Fact]
    public void Pack_Series_PutsARowInEachSlotAndOverlapsBatches()
    {
        var plan = Plan(CircuitLayout.Series);
        var windows = Herds.Walks(1, 2, 6, 5000);
        var packer = new WindowPacker(plan, windows);
        Assert.Equal(4096 - 5, plan.WindowsPerBatch);
        Assert.Equal((2, 4091, 909), (packer.BatchCount, packer.WindowsIn(0), packer.WindowsIn(1)));
        var vectors = packer.Pack(1);
        Assert.Equal(2, vectors.Count);
        Assert.Equal(windows.Points[(4091 + 10) * 2 + 1], vectors[1][10]);
        Assert.Equal(0, vectors[0][5005 - 4091]);
    }

    [Theory]
    [InlineData(CircuitLayout.Herd)]
    [InlineData(CircuitLayout.Series)]
    public void Unpack_AnySubsetInAnyOrder_FindsEachWindow(CircuitLayout layout)
    {
        var network = PaperNetwork.Create(6, 2, seed: 2);
        var circuit = CircuitCompiler.Compile(network, new CompilerOptions { Layout = layout });
        var all = Herds.Walks(21, 2, 6, 20_000);

        // Far apart, out of order, one of them twice.
        var some = all.Subset([19_999, 3, 4_090, 4_091, 4_092, 12_000, 3, 0, 9_000]);
        Assert.InRange(ClearRun.LargestDifference(network.PredictBatch(some), ClearRun.Predict(circuit, some)), 0, 1e-12);
    }

    [Fact]
    public void BatchCount_SeriesWithLongGap_SkipsIt()
    {
        var all = Herds.Walks(21, 2, 6, 20_000);
        Assert.Equal(2, new WindowPacker(Plan(CircuitLayout.Series), all.Subset([5, 19_990])).BatchCount);
        Assert.Equal(0, new WindowPacker(Plan(CircuitLayout.Series), all.Subset([])).BatchCount);
    }

    [Fact]
    public void Unpack_OneBatch_LeavesOthersAlone()
    {
        var plan = Plan(CircuitLayout.Herd);
        var packer = new WindowPacker(plan, Herds.Walks(1, 2, 6, 5000));
        var predictions = Enumerable.Repeat(-7.0, 5000).ToArray();
        packer.Unpack(1, [new Complex[4096]], predictions);
        Assert.All(predictions[..4096], value => Assert.Equal(-7, value));
        Assert.All(predictions[4096..], value => Assert.Equal(0.5, value));
    }

    [Fact]
    public void Constructor_WindowsOfOtherShape_Throws() =>
        Assert.Throws<ArgumentException>(() => new WindowPacker(Plan(CircuitLayout.Herd), Herds.Walks(1, 3, 6, 10)));

    [Fact]
    public void Constructor_InputBeyondBound_ThrowsWithoutTheNumber()
    {
        var windows = new WindowSet([0, 0, 0, 0, 0, 0, 0, 1234.5, 0, 0, 0, 0], 2, 6, [0]);
        var error = Assert.Throws<NetworkFormatException>(() => new WindowPacker(Plan(CircuitLayout.Herd), windows));
        Assert.Equal("row 3, feature 1", error.Field);
        Assert.DoesNotContain("1234", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Unpack_WrongSizes_Throws()
    {
        var packer = new WindowPacker(Plan(CircuitLayout.Herd), Herds.Walks(1, 2, 6, 10));
        Assert.Throws<ArgumentException>(() => packer.Unpack(0, [new Complex[5]], new double[10]));
        Assert.Throws<ArgumentException>(() => packer.Unpack(0, [], new double[10]));
        Assert.Throws<ArgumentException>(() => packer.Unpack(0, [new Complex[4096]], new double[9]));
        Assert.Throws<ArgumentOutOfRangeException>(() => packer.Pack(1));
        Assert.Throws<ArgumentOutOfRangeException>(() => packer.WindowsIn(-1));
    }

    private static CircuitPlan Plan(CircuitLayout layout) =>
        CircuitCompiler.Compile(PaperNetwork.Create(6, 2, seed: 2), new CompilerOptions { Layout = layout }).Plan;
}
