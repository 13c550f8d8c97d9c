namespace FheOrleans.Ckks.Wire;

/// <summary>How the body of an object is packed: the mode byte of SEAL's header. Only the outermost object is ever compressed.</summary>
public enum SealCompression : byte
{
    /// <summary>As it is. Every build of SEAL reads it.</summary>
    None = 0,

    /// <summary>One zlib stream (RFC 1950). Smallest, and slow to write.</summary>
    Zlib = 1,

    /// <summary>One Zstandard frame (RFC 8878). What native SEAL chooses by default; needs the system's libzstd here.</summary>
    Zstd = 2,
}
