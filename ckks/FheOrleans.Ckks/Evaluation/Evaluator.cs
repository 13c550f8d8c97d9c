namespace FheOrleans.Ckks;

/// <summary>
/// Computes on ciphertexts with public material only. Safe for concurrent use as long as nobody else uses what an operation changes: its
/// destination, or its first operand if its name ends in InPlace.
/// </summary>
/// <remarks>
/// <para>
/// Every operation comes in two forms: one returns a new ciphertext; the other writes into a destination made by
/// <see cref="Ciphertext.Allocate"/> for the same parameters, whose size, level and scale it sets, and allocates nothing. When it throws
/// after its arguments were found good, which only running out of memory does, the destination holds no meaningful value.
/// </para>
/// <para>
/// Rules that hold for all operations, and are not repeated at each: operands were made for the evaluator's parameters
/// (else <see cref="ParametersMismatchException"/>); two operands are at the same level (else <see cref="LevelMismatchException"/>);
/// operands of a sum have the same scale to one unit in its last place (else <see cref="ScaleMismatchException"/>).
/// </para>
/// </remarks>
public sealed partial class Evaluator
{
    /// <summary>Makes an evaluator.</summary>
    /// <param name="parameters">The parameters of all ciphertexts and keys it will see.</param>
    /// <param name="digits">How key switching splits a polynomial; see <see cref="KeySwitchDigits"/>.</param>
    public Evaluator(CkksParameters parameters, KeySwitchDigits digits = KeySwitchDigits.Centred)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        if (!Enum.IsDefined(digits)) throw new ArgumentOutOfRangeException(nameof(digits));
        Parameters = parameters;
        Digits = digits;
    }

    /// <summary>The parameters of all ciphertexts and keys it takes.</summary>
    public CkksParameters Parameters { get; }

    /// <summary>How key switching splits a polynomial.</summary>
    public KeySwitchDigits Digits { get; }

    private RnsContext Context => Parameters.Context;

    private void Require(Ciphertext ciphertext)
    {
        ArgumentNullException.ThrowIfNull(ciphertext);
        RequireParameters("The ciphertext", ciphertext.Parameters);
    }

    private void RequireParameters(string what, CkksParameters found)
    {
        if (!Parameters.Equals(found)) throw new ParametersMismatchException(what, found, Parameters);
    }

    private void RequireDestination(Ciphertext destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        RequireParameters("The destination", destination.Parameters);
    }

    private void RequireSameLevel(string operation, Ciphertext left, Ciphertext right)
    {
        Require(left);
        Require(right);
        if (left.Level != right.Level) throw new LevelMismatchException(operation, left.Level, right.Level);
    }

    private void RequireSameLevel(string operation, Ciphertext left, Plaintext right)
    {
        Require(left);
        ArgumentNullException.ThrowIfNull(right);
        RequireParameters("The plaintext", right.Parameters);
        if (left.Level != right.Level) throw new LevelMismatchException(operation, left.Level, right.Level);
    }

    private static void RequireSameScale(string operation, double left, double right)
    {
        if (!ScaleRules.AreEqual(left, right)) throw new ScaleMismatchException(operation, left, right);
    }

    private static void RequireSize(string operation, Ciphertext ciphertext, int size)
    {
        if (ciphertext.Size != size) throw new CiphertextSizeException(operation, ciphertext.Size, $"{size}");
    }
}
