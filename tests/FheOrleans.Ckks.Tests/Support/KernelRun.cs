using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Tests.KnownAnswer;
using FheOrleans.Ckks.Tests.Property;
using FheOrleans.Tests;
using Xunit.Abstractions;

namespace FheOrleans.Ckks.Tests.Support;

/// <summary>
/// The tests of the kernels as a program, <c>dotnet FheOrleans.Ckks.Tests.dll</c>: instruction sets are switched off for a whole
/// process, by its environment. Prints the widest lanes it had; any failure ends it with an exception.
/// </summary>
internal static class KernelRun
{
    /// <summary>Bits of the widest lanes of this process; 0 without any.</summary>
    public static int WidestLanes => Lanes512.IsSupported ? 512 : Lanes256.IsSupported ? 256 : 0;

    public static void Main()
    {
        var output = new ConsoleOutput();
        var limbs = new LimbKernelTests(output);
        limbs.Add_Any_EqualsUInt128();
        limbs.Subtract_Any_EqualsUInt128();
        limbs.Negate_Any_EqualsUInt128();
        limbs.Multiply_Any_EqualsUInt128();
        limbs.MultiplyConstant_Any_EqualsUInt128();
        limbs.MultiplyCross_SameFactors_EqualsUInt128();
        limbs.SubtractMultiplyConstant_LazySubtrahend_EqualsUInt128();
        limbs.Accumulating_Any_EqualsUInt128();
        new SumOfProductsTests(output).SumOfProducts_DigitsAtTheirBounds_EqualsUInt128();
        limbs.Reductions_Any_CongruentAndWithinThreeQ();

        new LinearCombinationTests(output).Combine_EveryLengthAndModulusEdge_EqualsUInt128();

        var transforms = new TransformTests(output);
        transforms.Forward_SmallRings_EveryValueIsThePolynomialsValue(256, 50);
        transforms.Forward_RealRings_SampledValuesAndWayBack(8192, 50);
        transforms.Forward_RealRings_SampledValuesAndWayBack(8192, 60);
        transforms.GaloisPermutation_OnValues_IsTheAutomorphismOnCoefficients(9);
        transforms.GaloisPermutation_EveryWidth_EqualsOneByOne();

        transforms.SlotTransform_BothWays_EqualsTheDefinition(8);
        transforms.SlotTransform_BothWays_EqualsTheDefinition(512);
        new Blake2Tests(output).PiecesInLanes_RandomRoots_EqualThePlainVersion();

        var vectors = new VectorTransformTests(output);
        foreach (var degree in (int[])[2, 16, 32, 64, 128, 256])
        {
            vectors.Forward_EveryLengthAndModulusEdge_EqualsScalar(degree);
            vectors.Inverse_EveryLengthAndModulusEdge_EqualsScalar(degree);
        }

        if (SharedData.IsPresent) new MicroVectorTests().Ntt_SmallRings_SameRootValuesAndPermutations();
        Console.WriteLine($"lanes {WidestLanes}");
        Console.WriteLine($"digest {EvaluatorDigest.Compute()}");
    }

    private sealed class ConsoleOutput : ITestOutputHelper
    {
        public void WriteLine(string message) => Console.WriteLine(message);

        public void WriteLine(string format, params object[] args) => Console.WriteLine(format, args);
    }
}
