namespace FheOrleans.Ckks.Wire;

/// <summary>
/// The version pair in SEAL's headers. SEAL 4.0 to 4.3 read only their own minor version, so a reply carries the pair that the
/// client sent, in every header of it.
/// </summary>
/// <param name="Major">4.</param>
/// <param name="Minor">0 to 4.</param>
public readonly record struct SealVersion(byte Major, byte Minor)
{
    /// <summary>SEAL 4.0.</summary>
    public static SealVersion V40 { get; } = new(4, 0);

    /// <summary>SEAL 4.1, which every published node-seal holds.</summary>
    public static SealVersion V41 { get; } = new(4, 1);

    /// <summary>SEAL 4.2.</summary>
    public static SealVersion V42 { get; } = new(4, 2);

    /// <summary>SEAL 4.3.</summary>
    public static SealVersion V43 { get; } = new(4, 3);

    /// <summary>SEAL 4.4, the newest; it reads all of these.</summary>
    public static SealVersion V44 { get; } = new(4, 4);

    /// <summary>Whether headers of this version are read and written here.</summary>
    public bool IsSupported => Major == 4 && Minor <= 4;

    /// <summary>For example "4.1".</summary>
    /// <returns>Major, a dot, minor.</returns>
    public override string ToString() => $"{Major}.{Minor}";
}
