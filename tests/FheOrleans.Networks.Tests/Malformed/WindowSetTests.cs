namespace FheOrleans.Networks.Tests.Malformed;

public class WindowSetTests
{
    [Fact]
    public void Window_OfATable_IsItsRows() => Assert.Equal([2.0, 3, 4, 5], new WindowSet([0, 1, 2, 3, 4, 5], 2, 2, [1]).Window(0).ToArray());

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    public void Constructor_WindowOutsideTable_Throws(int start) =>
        Assert.Equal("window start", Assert.Throws<NetworkFormatException>(() => new WindowSet([0, 1, 2, 3, 4, 5], 2, 2, [start])).Field);

    [Fact]
    public void Constructor_PartOfARow_Throws() => Assert.Throws<NetworkFormatException>(() => new WindowSet([0, 1, 2], 2, 1, []));

    [Fact]
    public void Constructor_TargetsOfOtherLength_Throws() => Assert.Throws<NetworkFormatException>(() => new WindowSet([0, 1], 2, 1, [0], [1, 2]));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Constructor_NotFinite_SaysWhere(double value)
    {
        Assert.Contains("row 1, feature 0", Assert.Throws<NetworkFormatException>(() => new WindowSet([0, 1, value, 3], 2, 1, [0])).Message, StringComparison.Ordinal);
        Assert.Contains("window 0", Assert.Throws<NetworkFormatException>(() => new WindowSet([0, 1], 2, 1, [0], [value])).Message, StringComparison.Ordinal);
    }
}
