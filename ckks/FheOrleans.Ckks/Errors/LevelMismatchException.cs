namespace FheOrleans.Ckks;

/// <summary>Two operands are at different levels.</summary>
public sealed class LevelMismatchException : CkksException
{
    /// <summary>Makes the error.</summary>
    /// <param name="operation">What was asked, as a verb: "add", "multiply".</param>
    /// <param name="left">Level of the first operand.</param>
    /// <param name="right">Level of the second operand.</param>
    public LevelMismatchException(string operation, int left, int right)
        : base($"Cannot {operation}: left is at level {left}, right at level {right}. Drop the higher one to level {Math.Min(left, right)} first.")
    {
        Left = left;
        Right = right;
    }

    /// <summary>Level of the first operand.</summary>
    public int Left { get; }

    /// <summary>Level of the second operand.</summary>
    public int Right { get; }
}
