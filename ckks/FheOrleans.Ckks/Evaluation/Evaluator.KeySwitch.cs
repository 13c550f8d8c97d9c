using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Transform;

namespace FheOrleans.Ckks;

/// <content>Key switching and the operations that need it: relinearization, rotation, conjugation.</content>
public sealed partial class Evaluator
{
    /// <summary>Brings a product back to two polynomials.</summary>
    /// <param name="ciphertext">Size 3, or 2, which is copied.</param>
    /// <param name="keys">Relinearization keys of the same key set.</param>
    /// <returns>Size 2, same level and scale.</returns>
    /// <exception cref="CiphertextSizeException">The size is above 3: sum and relinearize products before multiplying on.</exception>
    /// <exception cref="ParametersMismatchException">Ciphertext or keys are for other parameters.</exception>
    /// <remarks>Cost: one key switch. Do it before rescaling: its noise is then divided too.</remarks>
    public Ciphertext Relinearize(Ciphertext ciphertext, RelinearizationKeys keys)
    {
        Require(ciphertext);
        var result = Ciphertext.Unwritten(Parameters, ciphertext.Level, 2);
        Relinearize(ciphertext, keys, result);
        return result;
    }

    /// <summary>destination = a product brought back to two polynomials.</summary>
    /// <param name="ciphertext">Size 3, or 2, which is copied.</param>
    /// <param name="keys">Relinearization keys of the same key set.</param>
    /// <param name="destination">Gets size 2, same level and scale. May be the operand.</param>
    /// <exception cref="CiphertextSizeException">The size is above 3: sum and relinearize products before multiplying on.</exception>
    /// <exception cref="ParametersMismatchException">Ciphertext, keys or destination are for other parameters.</exception>
    public void Relinearize(Ciphertext ciphertext, RelinearizationKeys keys, Ciphertext destination)
    {
        Require(ciphertext);
        ArgumentNullException.ThrowIfNull(keys);
        RequireParameters("The relinearization keys", keys.Parameters);
        RequireDestination(destination);
        if (ciphertext.Size == 2)
        {
            ciphertext.CopyTo(destination);
            return;
        }
        RequireSize("relinearize", ciphertext, 3);

        var product = ciphertext.Polynomial(2);
        destination.Reshape(ciphertext.Level, 2, ciphertext.Scale);
        CopyPolynomials(ciphertext, destination, 0, 2);
        AddKeySwitched(product, keys.Key, destination);
    }

    /// <summary>Rotates the slots: slot i of the result is slot (i + step) mod N/2 of the operand, so positive steps go left.</summary>
    /// <param name="ciphertext">Size 2.</param>
    /// <param name="step">|step| below N/2; 0 copies.</param>
    /// <param name="keys">Galois keys that contain the step.</param>
    /// <returns>Size 2, same level and scale.</returns>
    /// <exception cref="MissingKeyException">There is no key for the step. It is not composed of other steps: circuits name what they need.</exception>
    /// <exception cref="CiphertextSizeException">The size is not 2: relinearize first.</exception>
    /// <exception cref="ParametersMismatchException">Ciphertext or keys are for other parameters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The step is too large.</exception>
    public Ciphertext Rotate(Ciphertext ciphertext, int step, GaloisKeys keys)
    {
        Require(ciphertext);
        var result = Ciphertext.Unwritten(Parameters, ciphertext.Level, ciphertext.Size);
        Rotate(ciphertext, step, keys, result);
        return result;
    }

    /// <summary>destination = the ciphertext with slots rotated: slot i is slot (i + step) mod N/2 of the operand.</summary>
    /// <param name="ciphertext">Size 2.</param>
    /// <param name="step">|step| below N/2; 0 copies.</param>
    /// <param name="keys">Galois keys that contain the step.</param>
    /// <param name="destination">Gets size 2, same level and scale. Not the operand, unless the step is 0.</param>
    /// <exception cref="MissingKeyException">There is no key for the step.</exception>
    /// <exception cref="CiphertextSizeException">The size is not 2: relinearize first.</exception>
    /// <exception cref="ParametersMismatchException">Ciphertext, keys or destination are for other parameters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The step is too large.</exception>
    /// <exception cref="ArgumentException">The destination is the operand.</exception>
    public void Rotate(Ciphertext ciphertext, int step, GaloisKeys keys, Ciphertext destination)
    {
        Require(ciphertext);
        RequireDestination(destination);
        if (step == 0) ciphertext.CopyTo(destination);
        else ApplyGalois(ciphertext, GaloisElements.FromStep(Parameters.PolynomialDegree, step), step, keys, destination);
    }

    /// <summary>The complex conjugate of every slot.</summary>
    /// <param name="ciphertext">Size 2.</param>
    /// <param name="keys">Galois keys that contain conjugation.</param>
    /// <returns>Size 2, same level and scale.</returns>
    /// <exception cref="MissingKeyException">There is no key for conjugation.</exception>
    /// <exception cref="CiphertextSizeException">The size is not 2: relinearize first.</exception>
    /// <exception cref="ParametersMismatchException">Ciphertext or keys are for other parameters.</exception>
    public Ciphertext Conjugate(Ciphertext ciphertext, GaloisKeys keys)
    {
        Require(ciphertext);
        var result = Ciphertext.Unwritten(Parameters, ciphertext.Level, ciphertext.Size);
        Conjugate(ciphertext, keys, result);
        return result;
    }

    /// <summary>destination = the complex conjugate of every slot.</summary>
    /// <param name="ciphertext">Size 2.</param>
    /// <param name="keys">Galois keys that contain conjugation.</param>
    /// <param name="destination">Gets size 2, same level and scale. Not the operand.</param>
    /// <exception cref="MissingKeyException">There is no key for conjugation.</exception>
    /// <exception cref="CiphertextSizeException">The size is not 2: relinearize first.</exception>
    /// <exception cref="ParametersMismatchException">Ciphertext, keys or destination are for other parameters.</exception>
    /// <exception cref="ArgumentException">The destination is the operand.</exception>
    public void Conjugate(Ciphertext ciphertext, GaloisKeys keys, Ciphertext destination)
    {
        Require(ciphertext);
        RequireDestination(destination);
        ApplyGalois(ciphertext, GaloisElements.Conjugation(Parameters.PolynomialDegree), null, keys, destination);
    }

    /// <summary>X → X^g on both polynomials; the second is then under σ_g(s) and switched back to s.</summary>
    private void ApplyGalois(Ciphertext ciphertext, ulong element, int? step, GaloisKeys keys, Ciphertext destination)
    {
        ArgumentNullException.ThrowIfNull(keys);
        RequireParameters("The Galois keys", keys.Parameters);
        if (ciphertext.Size != 2) RequireSize(NameOf(step), ciphertext, 2);
        if (ReferenceEquals(ciphertext, destination))
            throw new ArgumentException("The destination of a rotation or conjugation cannot be its operand: slots change places.", nameof(destination));
        if (!keys.TryGet(element, out var key, out var permutation)) throw new MissingKeyException(NameOf(step), element, keys.Elements);

        var n = Context.Degree;
        destination.Reshape(ciphertext.Level, 2, ciphertext.Scale);
        using var rotated = new RentedWords(ciphertext.LimbCount * n);
        for (var j = 0; j < ciphertext.LimbCount; j++)
        {
            permutation.Apply(ciphertext.MutableLimb(0, j), destination.MutableLimb(0, j));
            permutation.Apply(ciphertext.MutableLimb(1, j), rotated.Span.Slice(j * n, n));
        }
        destination.Polynomial(1).Clear();
        AddKeySwitched(rotated.Span, key, destination);
    }

    private static string NameOf(int? step) => step is { } by ? $"rotate by {by}" : "conjugate";

    /// <summary>
    /// Adds to a ciphertext (c_0, c_1) the pair that stands for target·t under s, where the key is one for t.
    /// </summary>
    /// <param name="target">l limbs in transformed form.</param>
    /// <param name="key">A key for t.</param>
    /// <param name="result">Size 2, l limbs; changed.</param>
    /// <remarks>
    /// <code>
    ///   target ── inverse ──► digits d_0 .. d_(l-1)     for each prime m of q_0 .. q_(l-1), P:
    ///                                                   acc_m = Σ_i NTT_m(d_i mod m) · key_i[m]
    ///   c += round(acc / P)
    /// </code>
    /// The digit of prime i modulo prime i itself is the target's own limb: no transform. Source: ePrint 2018/931 (section 4),
    /// Bajard et al. 2016 for the residue digits; one special prime as in SEAL.
    /// </remarks>
    private void AddKeySwitched(ReadOnlySpan<ulong> target, KeySwitchKey key, Ciphertext result)
    {
        var n = Context.Degree;
        var limbs = result.LimbCount;
        var special = Context.Moduli.Length - 1;
        using var digits = new RentedWords(limbs * n);
        target.CopyTo(digits.Span);
        for (var i = 0; i < limbs; i++) Context.Transforms[i].Inverse(digits.Span.Slice(i * n, n));

        using var transformed = new RentedWords(limbs * n);
        using var first = new RentedWords((limbs + 1) * n);
        using var second = new RentedWords((limbs + 1) * n);
        for (var place = 0; place <= limbs; place++)
        {
            var prime = place == limbs ? special : place;
            for (var i = 0; i < limbs; i++)
            {
                var digit = transformed.Span.Slice(i * n, n);
                if (i == prime) target.Slice(i * n, n).CopyTo(digit);
                else TransformDigit(digits.Span.Slice(i * n, n), i, digit, Context.Transforms[prime]);
            }
            LimbKernels.SumOfProducts(
                transformed.Span, limbs, key.Digits, prime * n, (special + 1 + prime) * n,
                first.Span.Slice(place * n, n), second.Span.Slice(place * n, n), Context.Moduli[prime]);
        }
        AddDividedBySpecialPrime(first.Span, limbs, result, 0);
        AddDividedBySpecialPrime(second.Span, limbs, result, 1);
    }

    private void TransformDigit(ReadOnlySpan<ulong> source, int sourcePrime, Span<ulong> digit, Ntt transform)
    {
        if (Digits == KeySwitchDigits.Centred)
            LimbKernels.ReduceCentredLazy(source, Context.Moduli[sourcePrime], digit, transform.Modulus);
        else
            LimbKernels.ReduceLazy(source, Context.Moduli[sourcePrime], digit, transform.Modulus);
        transform.ForwardLazy(digit);
    }

    private void AddDividedBySpecialPrime(Span<ulong> accumulated, int limbs, Ciphertext result, int polynomial)
    {
        var n = Context.Degree;
        var kept = accumulated[..(limbs * n)];
        RnsDivision.DivideAndRound(Context, Context.Moduli.Length - 1, accumulated.Slice(limbs * n, n), kept, kept);
        for (var j = 0; j < limbs; j++)
        {
            var limb = result.MutableLimb(polynomial, j);
            LimbKernels.Add(limb, kept.Slice(j * n, n), limb, Context.Moduli[j]);
        }
    }
}
