namespace FheOrleans.Networks.Compilation;

/// <summary>Why a network cannot be compiled as asked.</summary>
public enum CircuitRefusal
{
    /// <summary>It needs a longer modulus than the security table allows at the largest ring.</summary>
    TooDeep,

    /// <summary>It fits, but no parameters reach the target error.</summary>
    NotPreciseEnough,

    /// <summary>The layout has no form for it.</summary>
    Layout,

    /// <summary>By its weights, a value may grow beyond what the modulus has room for.</summary>
    Range,

    /// <summary>The forecast depends on no input.</summary>
    Constant,

    /// <summary>An activation has a degree above 3.</summary>
    Degree,

    /// <summary>The circuit would be too long, or the window does not fit in the slots.</summary>
    TooLarge,
}

/// <summary>A network cannot be compiled as asked. The message says what was needed, what there is and what to change.</summary>
public sealed class CircuitCompilationException : Exception
{
    /// <summary>Makes the error.</summary>
    /// <param name="refusal">Why.</param>
    /// <param name="message">What was needed, what there is, what to change.</param>
    public CircuitCompilationException(CircuitRefusal refusal, string message) : base(message) => Refusal = refusal;

    /// <summary>Why.</summary>
    public CircuitRefusal Refusal { get; }

    /// <summary>Bits of modulus needed (too deep), error reached (not precise enough), size reached (range); 0 otherwise.</summary>
    public double Needed { get; init; }

    /// <summary>What there is of it: bits allowed, error asked for, or the size there is room for; 0 otherwise.</summary>
    public double Available { get; init; }
}
