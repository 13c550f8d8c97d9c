namespace FheOrleans.Networks.Compilation;

/// <summary>What one slot of a ciphertext stands for.</summary>
public enum CircuitLayout
{
    /// <summary>
    /// A slot is a window (an animal at one date), and there is one ciphertext for each number of the window. No rotations, so no Galois
    /// keys; every slot is used.
    /// </summary>
    Herd,

    /// <summary>
    /// A slot is a point in time of all animals' series one after another, and there is one ciphertext for each feature. Every window of
    /// the batch is computed in one pass with a few rotations, from far fewer bytes.
    /// </summary>
    Series,

    /// <summary>
    /// A slot is an animal, and there is one ciphertext for each feature of one new time point. The circuit runs once for each point and
    /// remembers what it needs of earlier ones, so a forecast costs a fraction of computing a whole window. No rotations.
    /// </summary>
    Live,
}

/// <summary>What follows from a layout.</summary>
internal static class CircuitLayouts
{
    /// <summary>Whether its circuits run once for each new time point.</summary>
    public static bool IsLive(this CircuitLayout layout) => layout == CircuitLayout.Live;
}
