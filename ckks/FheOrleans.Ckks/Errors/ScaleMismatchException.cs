using System.Globalization;

namespace FheOrleans.Ckks;

/// <summary>Two operands of a sum have different scales.</summary>
public sealed class ScaleMismatchException : CkksException
{
    /// <summary>Makes the error.</summary>
    /// <param name="operation">What was asked, as a verb.</param>
    /// <param name="left">Scale of the first operand.</param>
    /// <param name="right">Scale of the second operand.</param>
    public ScaleMismatchException(string operation, double left, double right)
        : base(string.Create(CultureInfo.InvariantCulture,
            $"Cannot {operation}: left has scale {left:R} (2^{Math.Log2(left):F6}), right {right:R} (2^{Math.Log2(right):F6}). ")
            + "Choose the plaintext scales so that the sums agree, or set the scale where only rounding of the scale itself differs.")
    {
        Left = left;
        Right = right;
    }

    /// <summary>Scale of the first operand.</summary>
    public double Left { get; }

    /// <summary>Scale of the second operand.</summary>
    public double Right { get; }
}
