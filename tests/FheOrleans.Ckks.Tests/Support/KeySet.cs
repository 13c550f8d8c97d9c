using System.Numerics;
using FheOrleans.Ckks.Secrets;

namespace FheOrleans.Ckks.Tests.Support;

/// <summary>One data owner's keys at the parameters of the default circuit, N=8192 {50,50,36,26,50}; shared by the tests of a class.</summary>
public sealed class KeySet : IDisposable
{
    /// <summary>Scale of the inputs of the default circuit.</summary>
    public static readonly double Scale = Math.ScaleB(1, 36);

    public KeySet()
    {
        Secret = SecretKey.Generate(Parameters);
        var generator = new KeyGenerator(Secret);
        PublicKey = generator.CreatePublicKey();
        Relinearization = generator.CreateRelinearizationKeys();
        Galois = generator.CreateGaloisKeys([1, 4, -2], conjugation: true);
        Encoder = new CkksEncoder(Parameters);
        Evaluator = new Evaluator(Parameters);
        Symmetric = new SymmetricEncryptor(Secret);
        Decryptor = new Decryptor(Secret);
    }

    public CkksParameters Parameters { get; } = CkksParameters.Create(8192, 50, 50, 36, 26, 50);

    public SecretKey Secret { get; }

    public PublicKey PublicKey { get; }

    public RelinearizationKeys Relinearization { get; }

    public GaloisKeys Galois { get; }

    public CkksEncoder Encoder { get; }

    public Evaluator Evaluator { get; }

    public SymmetricEncryptor Symmetric { get; }

    public Decryptor Decryptor { get; }

    /// <summary>
    /// Bound for the slots of a fresh symmetric ciphertext: noise of variance 10.5 in N coefficients has standard deviation
    /// sqrt(10.5·N) in a slot, real and imaginary part together; plus rounding. Eight standard deviations: 2^-100 for one slot.
    /// </summary>
    public double FreshError(double scale) => 8 * Math.Sqrt(10.6 * Parameters.PolynomialDegree) / scale;

    /// <summary>
    /// Bound for the slots of a product of numbers a and b with |a| + |b| at most 3, whose factors were fresh at one scale: each
    /// noise is multiplied by the other factor. Relinearization and rescaling add less than a thousandth: they happen at the
    /// product's scale, or round at a scale that is still 2^46.
    /// </summary>
    public double ProductError(double scale) => 3.01 * FreshError(scale);

    /// <summary>
    /// Bound for noise that is a product in every slot, of a random digit or rounding with a fixed secret or noise. The product of two
    /// complex Gaussians has the tail exp(-2t), not exp(-t²): twenty standard deviations are 2^-50 for one slot.
    /// </summary>
    public double ProductNoise(double coefficientVariance, double scale) =>
        20 * Math.Sqrt(Parameters.PolynomialDegree * coefficientVariance) / scale;

    /// <summary>Variance of a coefficient of r_0 + r_1·s with both r uniform in (-1/2, 1/2): what dividing by a prime adds.</summary>
    public double RoundingVariance => (1 + (2.0 * Parameters.PolynomialDegree / 3)) / 12;

    /// <summary>
    /// Bound for a rotation: the sum over digits of d_i·e_i / P, with d_i uniform in (-q_i/2, q_i/2) and e_i of variance 10.5, has
    /// variance N·10.5/12·Σ(q_i/P)² in a coefficient; the division rounds.
    /// </summary>
    public double RotationError(double scale)
    {
        var ratios = Parameters.Primes[..^1].Sum(q => Math.Pow((double)q / Parameters.SpecialPrime, 2));
        return FreshError(scale) + ProductNoise((Parameters.PolynomialDegree * 10.5 / 12 * ratios) + RoundingVariance, scale);
    }

    public Ciphertext Encrypt(ReadOnlySpan<double> values, double? scale = null, int? level = null) =>
        Symmetric.Encrypt(Encoder.Encode(values, scale ?? Scale, level));

    public double[] Decrypt(Ciphertext ciphertext) => Encoder.DecodeReal(Decryptor.Decrypt(ciphertext));

    public Complex[] DecryptComplex(Ciphertext ciphertext) => Encoder.Decode(Decryptor.Decrypt(ciphertext));

    /// <summary>The largest error over all slots.</summary>
    public double Error(Ciphertext ciphertext, Func<int, double> expected) =>
        Decrypt(ciphertext).Select((value, i) => Math.Abs(value - expected(i))).Max();

    public void Dispose() => Secret.Dispose();
}
