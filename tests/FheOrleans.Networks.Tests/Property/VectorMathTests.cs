using FheOrleans.Networks.Layers;
using FheOrleans.Networks.Training;

namespace FheOrleans.Networks.Tests.Property;

public class VectorMathTests
{
    [Fact]
    public void DotAndAddScaled_EveryLength_MatchPlainLoops()
    {
        const ulong Seed = 99;
        var random = new SeededRandom(Seed);
        for (var length = 0; length <= 70; length++)
        {
            double[] left = [.. Enumerable.Range(0, length).Select(_ => random.NextSymmetric(1))];
            double[] right = [.. Enumerable.Range(0, length).Select(_ => random.NextSymmetric(1))];
            double[] sum = [.. right];
            VectorMath.AddScaled(0.3, left, sum);
            Assert.Equal(left.Zip(right, (a, b) => a * b).Sum(), VectorMath.Dot(left, right), 12);
            Assert.Equal(left.Zip(right, (a, b) => a * 0.3 + b), sum);
        }
    }

    [Fact]
    public void Dot_DifferentLengths_Throws() => Assert.Throws<ArgumentException>(() => VectorMath.Dot([1, 2], [1]));
}
