namespace FheOrleans.Ckks;

/// <summary>
/// Computes on ciphertexts with public material only. Safe for concurrent use: every operation returns a new ciphertext, unless its
/// name ends in InPlace; then it changes its first operand, which nobody else may use meanwhile.
/// </summary>
/// <remarks>
/// Rules that hold for all operations, and are not repeated at each: operands were made for the evaluator's parameters
/// (else <see cref="ParametersMismatchException"/>); two operands are at the same level (else <see cref="LevelMismatchException"/>);
/// operands of a sum have the same scale to one unit in its last place (else <see cref="ScaleMismatchException"/>).
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
