using FheOrleans.Ckks.Tests.Support;
using Xunit.Abstractions;

namespace FheOrleans.Ckks.Tests.Contract;

/// <summary>The form of every operation that writes into a destination: the same result as the other form, and nothing allocated.</summary>
public sealed class DestinationTests(KeySet keys, ITestOutputHelper output) : IClassFixture<KeySet>
{
    private const int Repetitions = 8;

    private static readonly double PlainScale = Math.ScaleB(1, 20);
    private static readonly double[] Factors = [0.5, -0.25, 1];
    private static readonly int[] Steps = [4, 1, 0];

    private readonly double[] _values = TestRandom.Create(output).Reals(4096);

    /// <summary>Each operation in both forms. The operands: two of size 2, a product of size 3, a plaintext.</summary>
    private static readonly Dictionary<string, (Func<Evaluator, Operands, Ciphertext> New, Action<Evaluator, Operands, Ciphertext> Into)> Operations = new()
    {
        ["Add"] = ((e, o) => e.Add(o.Left, o.Right), (e, o, to) => e.Add(o.Left, o.Right, to)),
        ["Subtract"] = ((e, o) => e.Subtract(o.Left, o.Right), (e, o, to) => e.Subtract(o.Left, o.Right, to)),
        ["Negate"] = ((e, o) => e.Negate(o.Left), (e, o, to) => e.Negate(o.Left, to)),
        ["AddPlain"] = ((e, o) => e.AddPlain(o.Left, o.Plain), (e, o, to) => e.AddPlain(o.Left, o.Plain, to)),
        ["SubtractPlain"] = ((e, o) => e.SubtractPlain(o.Left, o.Plain), (e, o, to) => e.SubtractPlain(o.Left, o.Plain, to)),
        ["AddScalar"] = ((e, o) => e.AddScalar(o.Left, 0.3), (e, o, to) => e.AddScalar(o.Left, 0.3, to)),
        ["SubtractFromScalar"] = ((e, o) => e.SubtractFromScalar(0.3, o.Left), (e, o, to) => e.SubtractFromScalar(0.3, o.Left, to)),
        ["MultiplyScalar"] = ((e, o) => e.MultiplyScalar(o.Left, 0.3, PlainScale), (e, o, to) => e.MultiplyScalar(o.Left, 0.3, PlainScale, to)),
        ["MultiplyPlain"] = ((e, o) => e.MultiplyPlain(o.Left, o.Plain), (e, o, to) => e.MultiplyPlain(o.Left, o.Plain, to)),
        ["Multiply"] = ((e, o) => e.Multiply(o.Left, o.Right), (e, o, to) => e.Multiply(o.Left, o.Right, to)),
        ["Square"] = ((e, o) => e.Square(o.Left), (e, o, to) => e.Square(o.Left, to)),
        ["LinearCombination"] = (
            (e, o) => e.LinearCombination([o.Left, o.Right, o.Left], Factors, PlainScale),
            (e, o, to) => e.LinearCombination([o.Left, o.Right, o.Left], Factors, PlainScale, to)),
        ["Relinearize"] = ((e, o) => e.Relinearize(o.Product, o.Keys.Relinearization), (e, o, to) => e.Relinearize(o.Product, o.Keys.Relinearization, to)),
        ["Rescale"] = ((e, o) => e.Rescale(o.Product), (e, o, to) => e.Rescale(o.Product, to)),
        ["DropLevel"] = ((e, o) => e.DropLevel(o.Product, 1), (e, o, to) => e.DropLevel(o.Product, 1, to)),
        ["Rotate"] = ((e, o) => e.Rotate(o.Left, 4, o.Keys.Galois), (e, o, to) => e.Rotate(o.Left, 4, o.Keys.Galois, to)),
        ["RotateByZero"] = ((e, o) => e.Rotate(o.Left, 0, o.Keys.Galois), (e, o, to) => e.Rotate(o.Left, 0, o.Keys.Galois, to)),
        ["RotateMany"] = (
            (e, o) => e.Rotate(o.Left, 1, o.Keys.Galois),
            (e, o, to) => e.RotateMany(o.Left, Steps, o.Keys.Galois, [o.Spare, to, o.OtherSpare])),
        ["Conjugate"] = ((e, o) => e.Conjugate(o.Left, o.Keys.Galois), (e, o, to) => e.Conjugate(o.Left, o.Keys.Galois, to)),
    };

    public static TheoryData<string> Names => [.. Operations.Keys];

    /// <summary>Those whose destination may be their first operand.</summary>
    public static TheoryData<string> InPlaceNames => [.. Operations.Keys.Except(["Rotate", "RotateMany", "Conjugate"])];

    private Evaluator Evaluator => keys.Evaluator;

    [Theory]
    [MemberData(nameof(Names))]
    public void Operation_IntoDestination_SameAsNew(string name)
    {
        var operands = Operands.Create(keys, _values);
        var expected = Operations[name].New(Evaluator, operands);
        var used = Evaluator.Multiply(operands.Right, operands.Right); // another size, another scale, words of its own
        foreach (var destination in (Ciphertext[])[Ciphertext.Allocate(keys.Parameters), Ciphertext.Allocate(keys.Parameters, 2, 0), used])
        {
            Operations[name].Into(Evaluator, operands, destination);
            RequireSame(expected, destination);
        }
    }

    [Theory]
    [MemberData(nameof(InPlaceNames))]
    public void Operation_IntoItsOperand_SameAsNew(string name)
    {
        var expected = Operations[name].New(Evaluator, Operands.Create(keys, _values, _values));
        var operands = Operands.Create(keys, _values, _values);
        var destination = name is "Relinearize" or "Rescale" or "DropLevel" ? operands.Product : operands.Left;
        Operations[name].Into(Evaluator, operands, destination);
        Assert.Equal((expected.Size, expected.Level, expected.Scale), (destination.Size, destination.Level, destination.Scale));
        Assert.InRange(keys.Error(destination, i => 0) - keys.Error(expected, i => 0), -1e-3, 1e-3); // encrypted anew, so not the same words
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Operation_IntoDestination_AllocatesNothing(string name)
    {
        var operands = Operands.Create(keys, _values);
        var destination = Ciphertext.Allocate(keys.Parameters);
        var run = Operations[name].Into;
        Assert.Equal(0, Allocated(() => run(Evaluator, operands, destination)));
    }

    [Fact]
    public void DataOwnersSide_IntoDestinations_SameNumbersAndNextToNothingAllocated()
    {
        var (plain, ciphertext, numbers) = (Plaintext.Allocate(keys.Parameters), Ciphertext.Allocate(keys.Parameters), new double[4096]);
        var publicKey = new PublicKeyEncryptor(keys.PublicKey);
        Assert.Equal(0, Allocated(() => keys.Encoder.Encode(_values, KeySet.Scale, null, plain)));
        Assert.Equal(0, Allocated(() => publicKey.Encrypt(plain, ciphertext)));
        Assert.False(ciphertext.IsSeeded);
        Assert.InRange(Allocated(() => keys.Symmetric.Encrypt(plain, ciphertext)), 0, 256); // the seed
        Assert.True(ciphertext.IsSeeded);
        Assert.Equal(0, Allocated(() => keys.Decryptor.Decrypt(ciphertext, plain)));
        Assert.Equal(0, Allocated(() => keys.Encoder.DecodeReal(plain, numbers)));
        Assert.InRange(numbers.Zip(_values, (x, y) => Math.Abs(x - y)).Max(), 0, keys.FreshError(KeySet.Scale));
    }

    [Fact]
    public void Rotate_IntoItsOperand_Throws()
    {
        var ciphertext = keys.Encrypt(_values);
        Assert.Throws<ArgumentException>(() => Evaluator.Rotate(ciphertext, 4, keys.Galois, ciphertext));
        Assert.Throws<ArgumentException>(() => Evaluator.Conjugate(ciphertext, keys.Galois, ciphertext));
        var product = Evaluator.Multiply(ciphertext, ciphertext);
        Assert.Throws<ArgumentException>(() => Evaluator.Multiply(product, ciphertext, product));
    }

    [Fact]
    public void RotateMany_EveryStep_TheWordsOfRotate()
    {
        var ciphertext = keys.Encrypt(_values);
        int[] steps = [1, 0, -2, 4, 1];
        Ciphertext[] rotated = [.. steps.Select(_ => Ciphertext.Allocate(keys.Parameters, 2))];
        Evaluator.RotateMany(ciphertext, steps, keys.Galois, rotated);
        for (var k = 0; k < steps.Length; k++) RequireSame(Evaluator.Rotate(ciphertext, steps[k], keys.Galois), rotated[k]);
    }

    [Fact]
    public void RotateMany_WhatDoesNotFit_ThrowsBeforeAnythingIsWritten()
    {
        var (ciphertext, destination) = (keys.Encrypt(_values), Ciphertext.Allocate(keys.Parameters));
        Assert.Throws<ArgumentException>(() => Evaluator.RotateMany(ciphertext, [1, 4], keys.Galois, [destination]));
        Assert.Throws<ArgumentException>(() => Evaluator.RotateMany(ciphertext, [1, 4], keys.Galois, [destination, ciphertext]));
        Assert.Throws<ArgumentException>(() => Evaluator.RotateMany(ciphertext, [1, 0], keys.Galois, [destination, ciphertext]));
        Assert.Throws<ArgumentException>(() => Evaluator.RotateMany(ciphertext, [1, 4], keys.Galois, [destination, destination]));
        Assert.Throws<MissingKeyException>(() => Evaluator.RotateMany(ciphertext, [1, 7], keys.Galois, [destination, Ciphertext.Allocate(keys.Parameters)]));
        Assert.False(destination.Words.ContainsAnyExcept(0UL));
    }

    [Fact]
    public void Operation_DestinationOfOtherParameters_Throws()
    {
        var ciphertext = keys.Encrypt(_values);
        var other = Ciphertext.Allocate(CkksParameters.Create(4096, 30, 30, 30));
        Assert.Throws<ParametersMismatchException>(() => Evaluator.Negate(ciphertext, other));
        Assert.Throws<ParametersMismatchException>(() => ciphertext.CopyTo(other));
    }

    [Fact]
    public void Allocate_Bounds()
    {
        var fresh = Ciphertext.Allocate(keys.Parameters);
        Assert.Equal((2, 3, 1.0, false), (fresh.Size, fresh.Level, fresh.Scale, fresh.IsSeeded));
        Assert.False(fresh.Words.ContainsAnyExcept(0UL));
        Assert.Throws<CiphertextSizeException>(() => Ciphertext.Allocate(keys.Parameters, 1));
        Assert.Throws<CiphertextSizeException>(() => Ciphertext.Allocate(keys.Parameters, 17));
        Assert.Throws<LevelRangeException>(() => Ciphertext.Allocate(keys.Parameters, 2, 4));
        Assert.Throws<LevelRangeException>(() => Plaintext.Allocate(keys.Parameters, -1));
    }

    [Fact]
    public void CopyTo_SeededCiphertext_StaysSeeded()
    {
        var (ciphertext, copy) = (keys.Encrypt(_values), Ciphertext.Allocate(keys.Parameters, 2, 0));
        ciphertext.CopyTo(copy);
        Assert.True(copy.IsSeeded);
        RequireSame(ciphertext, copy);
        Evaluator.Negate(copy, copy);
        Assert.False(copy.IsSeeded);
        Assert.True(ciphertext.IsSeeded);
    }

    /// <summary>The fewest bytes that one of several runs allocates: the first ones compile, and fill the pools of scratch memory.</summary>
    private static long Allocated(Action run)
    {
        var least = long.MaxValue;
        for (var i = 0; i < Repetitions; i++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return least;
    }

    private static void RequireSame(Ciphertext expected, Ciphertext found)
    {
        Assert.Equal((expected.Size, expected.Level, expected.Scale), (found.Size, found.Level, found.Scale));
        Assert.True(expected.Words.SequenceEqual(found.Words));
    }

    private sealed record Operands(KeySet Keys, Ciphertext Left, Ciphertext Right, Ciphertext Product, Plaintext Plain, Ciphertext Spare, Ciphertext OtherSpare)
    {
        public static Operands Create(KeySet keys, double[] left, double[]? right = null)
        {
            var plain = keys.Encoder.Encode(left, KeySet.Scale);
            var (a, b) = (keys.Encrypt(left), keys.Encrypt(right ?? left));
            return new Operands(keys, a, b, keys.Evaluator.Multiply(a, b), plain, Ciphertext.Allocate(keys.Parameters), Ciphertext.Allocate(keys.Parameters));
        }
    }
}
