namespace FheOrleans.Ckks.Wire;

/// <summary>What the first sixteen bytes of an object say about it. Read with <see cref="SealReader.ReadHeader"/>.</summary>
/// <param name="Version">The client's version pair, to answer with.</param>
/// <param name="Compression">How the body is packed.</param>
/// <param name="Length">Bytes of the whole object as it travels, header included. A claim: nothing may be sized by it unchecked.</param>
public readonly record struct SealHeader(SealVersion Version, SealCompression Compression, long Length);
