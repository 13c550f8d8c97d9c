using FheOrleans.Networks.Compilation.Passes;
using FheOrleans.Networks.Training;

namespace FheOrleans.Networks.Tests.Property;

public class ExactMathTests
{
    [Fact]
    public void Cbrt_AnySize_CubedIsTheValue()
    {
        const ulong Seed = 12;
        var random = new SeededRandom(Seed);
        for (var i = 0; i < 20_000; i++)
        {
            var value = Math.ScaleB(1 + random.NextDouble(), random.NextInt32(601) - 300) * (i % 2 == 0 ? 1 : -1);

            // Half a unit of the root counts three times, and cubing rounds twice.
            var root = ExactMath.Cbrt(value);
            Assert.InRange(Math.Abs(root * root * root / value - 1), 0, 9e-16);
        }
        Assert.Equal([0, 1, -2, 0.5, 1e5], new[] { 0, 1, -8, 0.125, 1e15 }.Select(ExactMath.Cbrt));
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(2.0000001, 2)]
    [InlineData(0.5, -1)]
    [InlineData(0.6, 0)]
    public void CeilingLog2_AroundPowers_IsExact(double value, int expected) => Assert.Equal(expected, ExactMath.CeilingLog2(value));
}
