namespace FheOrleans.Ckks;

/// <summary>How key switching splits a polynomial into digits. Any representative of a residue is correct; they differ in noise.</summary>
public enum KeySwitchDigits
{
    /// <summary>Residues in (-q/2, q/2): about seven times less error in the worst slot. The default.</summary>
    Centred,

    /// <summary>Residues in [0, q), as SEAL takes them: results equal SEAL's word for word. For tests against SEAL.</summary>
    SealExact,
}
