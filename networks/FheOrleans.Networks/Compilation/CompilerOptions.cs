namespace FheOrleans.Networks.Compilation;

/// <summary>What to compile for.</summary>
public sealed record CompilerOptions
{
    private readonly double? _targetError;

    /// <summary>What to make of the network. Defaults to <see cref="CircuitForm.Series"/>.</summary>
    public CircuitForm Form { get; init; } = CircuitForm.Series;

    /// <summary>What a slot stands for: setting it takes the layout's plain form.</summary>
    /// <exception cref="ArgumentException">There is no such layout.</exception>
    public CircuitLayout Layout
    {
        get => Form.Layout;
        init => Form = CircuitForm.Of(value);
    }

    /// <summary>
    /// Whether the last activation is computed encrypted. Defaults to false: the client applies it, which saves levels and, for an
    /// activation that only rises or only falls, reveals exactly as much. One that turns inside its interval is always computed encrypted.
    /// </summary>
    public bool EncryptLastActivation { get; init; }

    /// <summary>
    /// The largest error, in the network's own units, that encryption may add to a forecast; 1e-12 to 1. Defaults to 1e-5, to 1e-4
    /// for the key-less form and to 1e-3 for the fast ones.
    /// </summary>
    public double TargetError
    {
        get => _targetError ?? (Form.IsFast ? 1e-3 : Form.IsKeyless ? 1e-4 : 1e-5);
        init => _targetError = value;
    }

    /// <summary>The largest |input| the circuit must have room for, 1 to 1024. Defaults to 8; inputs are meant to be of size about 1.</summary>
    public double InputBound { get; init; } = 8;

    /// <summary>
    /// Fixes the parameters instead of choosing the smallest that serve: their scales are derived from the primes. Defaults to null.
    /// </summary>
    public ExplicitParameters? Parameters { get; init; }

    internal void Validate()
    {
        if (Form is null) throw new ArgumentException($"{nameof(Form)} is missing.");
        if (!(TargetError >= 1e-12 && TargetError <= 1)) throw new ArgumentException($"{nameof(TargetError)} is {TargetError}, not 1e-12 to 1.");
        if (!(InputBound >= 1 && InputBound <= 1024)) throw new ArgumentException($"{nameof(InputBound)} is {InputBound}, not 1 to 1024.");
    }
}
