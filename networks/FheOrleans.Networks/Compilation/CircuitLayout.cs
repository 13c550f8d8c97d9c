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
}
