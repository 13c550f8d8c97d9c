using System.Collections.Immutable;

namespace FheOrleans.Networks.Compilation;

/// <summary>
/// What a live circuit carries from one time point to the next. It runs once for each point; what it keeps at one run it recalls at later
/// ones, and what it would recall from before the first run is zero.
/// </summary>
/// <param name="Kept">What a run hands over.</param>
/// <param name="Recalled">What a run is given besides the new point: its inputs after the plan's input ciphertexts, in this order.</param>
public sealed record LiveMemory(ImmutableArray<KeptValue> Kept, ImmutableArray<RecalledValue> Recalled)
{
    /// <summary>No memory.</summary>
    public static LiveMemory None { get; } = new([], []);

    /// <summary>How many runs back anything is recalled, at most.</summary>
    public int Depth => Kept.IsEmpty ? 0 : Kept.Max(kept => kept.Runs);

    /// <summary>Ciphertexts held between two runs.</summary>
    public int Count => Kept.Sum(kept => kept.Runs);
}

/// <summary>One ciphertext that a run hands over.</summary>
/// <param name="Register">The register that holds it when the run is over.</param>
/// <param name="Level">Its level.</param>
/// <param name="Scale">Its scale.</param>
/// <param name="Runs">How many runs back it is recalled at most; then it can be forgotten. At least 1.</param>
public sealed record KeptValue(int Register, int Level, double Scale, int Runs);

/// <summary>One ciphertext of an earlier run.</summary>
/// <param name="Kept">Which of the kept values.</param>
/// <param name="Age">How many runs ago it was kept: 1 to the kept value's <see cref="KeptValue.Runs"/>.</param>
public readonly record struct RecalledValue(int Kept, int Age);
