namespace FheOrleans.Ckks.Wire;

/// <summary>
/// The version pair in SEAL's headers. SEAL 4.0 to 4.3 read only their own minor version and 3.x, so a reply carries the pair that
/// the client sent, in every header of it; or <see cref="ForUnknownClient"/>.
/// </summary>
/// <param name="Major">3 or 4.</param>
/// <param name="Minor">6 or 7 for major 3, 0 to 4 for major 4.</param>
public readonly record struct SealVersion(byte Major, byte Minor)
{
    /// <summary>SEAL 3.6, the first with the seed expansion of today.</summary>
    public static SealVersion V36 { get; } = new(3, 6);

    /// <summary>SEAL 3.7.</summary>
    public static SealVersion V37 { get; } = new(3, 7);

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

    /// <summary>What to write for a client whose version is not known: the form of 3.7, which all of SEAL 4.x reads.</summary>
    public static SealVersion ForUnknownClient => V37;

    /// <summary>Whether headers of this version are read and written here.</summary>
    /// <remarks>SEAL 3.4 and 3.5 are not: they expand seeds in other ways.</remarks>
    public bool IsSupported => (Major == 4 && Minor <= 4) || (Major == 3 && Minor is 6 or 7);

    /// <summary>Whether ciphertexts and public keys of this version have the field of BGV's correction factor, 8 bytes.</summary>
    internal bool HasCorrectionFactor => Major >= 4;

    /// <summary>For example "4.1".</summary>
    /// <returns>Major, a dot, minor.</returns>
    public override string ToString() => $"{Major}.{Minor}";

    internal const string SupportedText = "3.6, 3.7 or 4.0 to 4.4";
}
