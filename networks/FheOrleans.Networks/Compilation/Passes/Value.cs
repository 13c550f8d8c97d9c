namespace FheOrleans.Networks.Compilation.Passes;

/// <summary>
/// One vector of slots in the graph that the compiler works on: an input, a linear combination, or a product. Equality is identity, so a
/// value used twice is computed once.
/// </summary>
internal abstract class Value
{
    private readonly Value? _origin;

    /// <summary>An upper bound of |value|: what the modulus must have room for.</summary>
    public required double Bound { get; init; }

    /// <summary>A typical |value|: what the noise model multiplies errors by.</summary>
    public required double Typical { get; init; }

    /// <summary>Its mean over the training windows; null if it is not known.</summary>
    public double? Mean { get; init; }

    /// <summary>The value whose phase this is; itself before the graph is cut into phases.</summary>
    public Value Origin
    {
        get => _origin ?? this;
        init => _origin = value;
    }
}

/// <summary>One of the ciphertexts a batch consists of.</summary>
internal sealed class InputValue : Value
{
    public required int Index { get; init; }
}

/// <summary>A constant plus weighted, rotated sources. Sources are never linear themselves: those are merged as they are traced.</summary>
internal sealed class LinearValue : Value
{
    public required double Constant { get; init; }

    public required IReadOnlyList<Term> Terms { get; init; }
}

/// <summary>weight * (source rotated left by step).</summary>
internal readonly record struct Term(Value Source, int Step, double Weight);

/// <summary>An activation as traced, before folding.</summary>
internal sealed class PolynomialValue : Value
{
    public required Value Source { get; init; }

    public required PolynomialActivation Function { get; init; }
}

/// <summary>A product left unrescaled: the linear combination that reads it rescales it together with its own weights.</summary>
internal abstract class ProductValue : Value
{
    /// <summary>The folded argument zeta: a linear value, or an input where nothing had to be folded.</summary>
    public required Value Argument { get; init; }

    /// <summary>Whether a single term reads it, with its weight folded away: it then needs no relinearization of its own.</summary>
    public required bool IsFolded { get; init; }
}

/// <summary>zeta^2.</summary>
internal sealed class SquareValue : ProductValue;

/// <summary>
/// Any cubic, up to a constant, once its argument is shifted and scaled: zeta * (c - zeta^2) or, with two series in a slot,
/// c zeta + zeta' (zeta'^2 + 3 zeta^2) with zeta' the conjugate of zeta, which is c x + 4 x^3 of the real and of the imaginary part at once.
/// </summary>
internal sealed class CubicValue : ProductValue
{
    public required double C { get; init; }
}
