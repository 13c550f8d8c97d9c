using FheOrleans.Ckks.Arithmetic;

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

        var first = ciphertext.Polynomial(0);
        var second = ciphertext.Polynomial(1);
        var product = ciphertext.Polynomial(2);
        destination.Reshape(ciphertext.Level, 2, ciphertext.Scale);
        using var scratch = new RentedWords(KeySwitching.ScratchWords(Context, destination.LimbCount, hoist: false));
        new KeySwitching(Context, Digits, product, scratch.Span, hoist: false).Apply(keys.Key, first, second, destination);
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
        RequireGalois(ciphertext, step, keys);
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
        RequireGalois(ciphertext, null, keys);
        ApplyGalois(ciphertext, GaloisElements.Conjugation(Parameters.PolynomialDegree), null, keys, destination);
    }

    /// <summary>destinations[k] = the ciphertext rotated by steps[k]. The costly half of a rotation is done once for all of them.</summary>
    /// <param name="ciphertext">Size 2.</param>
    /// <param name="steps">|step| below N/2; 0 copies.</param>
    /// <param name="keys">Galois keys that contain the steps.</param>
    /// <param name="destinations">As many, no two the same; each gets size 2, same level and scale. None is the operand.</param>
    /// <exception cref="MissingKeyException">There is no key for a step.</exception>
    /// <exception cref="CiphertextSizeException">The size is not 2: relinearize first.</exception>
    /// <exception cref="ParametersMismatchException">Ciphertext, keys or a destination are for other parameters.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A step is too large.</exception>
    /// <exception cref="ArgumentException">There are not as many destinations as steps, two are the same, or one is the operand.</exception>
    /// <remarks>
    /// Gives the words of <see cref="Rotate(Ciphertext, int, GaloisKeys, Ciphertext)"/>. Scratch memory is (l + 1)·(l + 1) limbs for l
    /// primes. With <see cref="KeySwitchDigits.SealExact"/> nothing is shared.
    /// </remarks>
    public void RotateMany(Ciphertext ciphertext, ReadOnlySpan<int> steps, GaloisKeys keys, ReadOnlySpan<Ciphertext> destinations)
    {
        Require(ciphertext);
        if (destinations.Length != steps.Length)
            throw new ArgumentException($"There are {steps.Length} steps and {destinations.Length} destinations.", nameof(destinations));
        var rotations = steps.Length - steps.Count(0);
        for (var k = 0; k < steps.Length; k++)
        {
            RequireDestination(destinations[k]);
            RequireGalois(ciphertext, steps[k], keys);
            RequireOther(ciphertext, destinations[k]);
            for (var other = 0; other < k; other++)
            {
                if (ReferenceEquals(destinations[other], destinations[k]))
                    throw new ArgumentException($"Destinations {other} and {k} are the same ciphertext: it can hold one result.", nameof(destinations));
            }
            if (steps[k] != 0) _ = RequireKey(GaloisElements.FromStep(Parameters.PolynomialDegree, steps[k]), steps[k], keys);
        }
        if (rotations < 2 || Digits == KeySwitchDigits.SealExact)
        {
            for (var k = 0; k < steps.Length; k++) Rotate(ciphertext, steps[k], keys, destinations[k]);
            return;
        }

        using var scratch = new RentedWords(KeySwitching.ScratchWords(Context, ciphertext.LimbCount, hoist: true));
        var switching = new KeySwitching(Context, Digits, ciphertext.Polynomial(1), scratch.Span, hoist: true);
        for (var k = 0; k < steps.Length; k++)
        {
            if (steps[k] == 0)
            {
                ciphertext.CopyTo(destinations[k]);
                continue;
            }
            destinations[k].Reshape(ciphertext.Level, 2, ciphertext.Scale);
            switching.Apply(keys[GaloisElements.FromStep(Parameters.PolynomialDegree, steps[k])], ciphertext.Polynomial(0), default, destinations[k]);
        }
    }

    /// <summary>X → X^g on both polynomials; the second is then under σ_g(s) and switched back to s.</summary>
    private void ApplyGalois(Ciphertext ciphertext, ulong element, int? step, GaloisKeys keys, Ciphertext destination)
    {
        RequireOther(ciphertext, destination);
        var key = RequireKey(element, step, keys);
        destination.Reshape(ciphertext.Level, 2, ciphertext.Scale);
        if (Digits == KeySwitchDigits.SealExact)
        {
            ApplyGaloisExact(ciphertext, key, destination);
            return;
        }
        using var scratch = new RentedWords(KeySwitching.ScratchWords(Context, ciphertext.LimbCount, hoist: false));
        new KeySwitching(Context, Digits, ciphertext.Polynomial(1), scratch.Span, hoist: false).Apply(key, ciphertext.Polynomial(0), default, destination);
    }

    /// <summary>As SEAL does it: moved first, then cut into digits.</summary>
    private void ApplyGaloisExact(Ciphertext ciphertext, KeySwitchKey key, Ciphertext destination)
    {
        var (n, limbs) = (Context.Degree, ciphertext.LimbCount);
        using var scratch = new RentedWords(KeySwitching.ScratchWords(Context, limbs, hoist: false) + (limbs * n));
        var moved = scratch.Span[^(limbs * n)..];
        for (var j = 0; j < limbs; j++) key.Permutation!.Apply(ciphertext.MutableLimb(1, j), moved.Slice(j * n, n));
        new KeySwitching(Context, Digits, moved, scratch.Span[..^(limbs * n)], hoist: false)
            .Apply(key, ciphertext.Polynomial(0), default, destination, key.Permutation!.Inverse());
    }

    /// <summary>What holds for a rotation by 0 as well, which needs no key.</summary>
    private void RequireGalois(Ciphertext ciphertext, int? step, GaloisKeys keys)
    {
        ArgumentNullException.ThrowIfNull(keys);
        RequireParameters("The Galois keys", keys.Parameters);
        if (ciphertext.Size != 2) RequireSize(NameOf(step), ciphertext, 2); // the name is text made anew: only where it is needed
    }

    private static void RequireOther(Ciphertext ciphertext, Ciphertext destination)
    {
        if (ReferenceEquals(ciphertext, destination))
            throw new ArgumentException("The destination of a rotation or conjugation cannot be its operand: slots change places.", nameof(destination));
    }

    private static KeySwitchKey RequireKey(ulong element, int? step, GaloisKeys keys) =>
        keys.TryGet(element, out var key) ? key : throw new MissingKeyException(NameOf(step), element, keys.Elements);

    private static string NameOf(int? step) => step is { } by ? $"rotate by {by}" : "conjugate";
}
