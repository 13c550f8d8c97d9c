using System.Diagnostics;
using FheOrleans.Ckks;

namespace FheOrleans.Networks.Compilation;

/// <summary>Times operations that need no keys, on zeros: their time does not depend on what is in a ciphertext.</summary>
/// <remarks>
/// One after another and on few ciphertexts they are faster than in a circuit, which waits for memory as well. So they are held against
/// the same measurement on the machine that <see cref="CostModel.Stored"/> was fitted on: each is as much slower or faster in a circuit as
/// it is here.
/// </remarks>
internal static class CostCalibration
{
    // What is measured below on the machine of the stored times, in microseconds for one polynomial modulo one prime.
    private const double ReferenceTransform = 8.4, ReferenceTerm = 1.06, ReferenceProduct = 1.52, ReferencePass = 0.92;


    /// <summary>
    /// Ciphertexts that operations go round in: 8 MB, more than the caches next to a core hold.
    /// </summary>
    private const int Terms = 16;
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Measurement = TimeSpan.FromMilliseconds(10);

    // On a machine that is busy with other things a call may take all of that time: of so many one is not disturbed. A slow one has its end.
    private const int FewestCalls = 40;
    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(40);

    public static CostModel Measure()
    {
        var parameters = CkksParameters.Create(8192, 50, 50, 36, 26, 50);
        var evaluator = new Evaluator(parameters);
        Ciphertext Zero(int size) => Ciphertext.Allocate(parameters, size);
        var (sum, product, lower) = (Zero(2), Zero(3), Zero(2));
        var operands = new Ciphertext[Terms];
        var factors = new double[Terms];
        for (var i = 0; i < Terms; i++) (operands[i], factors[i]) = (Zero(2), 0.1 * (i + 1));

        // In units of one polynomial modulo one prime, with l limbs: 2 l for a sum or a rescaling, 3 l for a square, 2 l for each term.
        var limbs = sum.LimbCount;
        var turn = 0;
        Ciphertext Next() => operands[turn++ % Terms];
        var pass = Microseconds(() => evaluator.Add(Next(), Next(), sum)) / (2 * limbs);
        var squares = Microseconds(() => evaluator.Square(Next(), product)) / (3 * limbs);
        var terms = Microseconds(() => evaluator.LinearCombination(operands, factors, 1 << 20, sum)) / (2 * limbs * Terms);
        var rescale = Microseconds(() => evaluator.Rescale(Next(), lower)) / (2 * limbs);
        var stored = CostModel.Stored;
        var transform = Math.Max(rescale - pass, 0.1 * rescale);
        var slower = transform / ReferenceTransform;
        return stored with
        {
            TransformMicroseconds = slower * stored.TransformMicroseconds,
            TermMicroseconds = terms / ReferenceTerm * stored.TermMicroseconds,
            ProductMicroseconds = squares / ReferenceProduct * stored.ProductMicroseconds,
            PassMicroseconds = pass / ReferencePass * stored.PassMicroseconds,
            EncryptMicroseconds = slower * stored.EncryptMicroseconds,
            ReadMicroseconds = slower * stored.ReadMicroseconds,
            DecryptMicroseconds = slower * stored.DecryptMicroseconds,
        };
    }

    /// <summary>The least time of a call, which is the one that nothing disturbed.</summary>
    private static double Microseconds(Action operation)
    {
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < WarmUp) operation();
        var least = TimeSpan.MaxValue;
        start = Stopwatch.GetTimestamp();
        for (var calls = 0; Stopwatch.GetElapsedTime(start) < (calls < FewestCalls ? Longest : Measurement); calls++)
        {
            var before = Stopwatch.GetTimestamp();
            operation();
            var taken = Stopwatch.GetElapsedTime(before);
            if (taken < least) least = taken;
        }
        return least.TotalMicroseconds;
    }
}
