using FheOrleans.Ckks;
using FheOrleans.Ckks.Wire;
using FheOrleans.Grains.Storage;

namespace FheOrleans.Grains.KeySets;

/// <summary>What a key object of a declared key set looks like from outside: its legal lengths and its first bytes.</summary>
internal static class KeyShape
{
    // What the engine needs to tell every kind of object from every other, when it is not compressed.
    private const int HeadBytes = 96;

    /// <summary>The objects a declaration promises.</summary>
    internal static IEnumerable<KeyObject> Declared(KeySetDeclaration declaration)
    {
        yield return KeyObject.PublicKey;
        if (declaration.Relinearization) yield return KeyObject.RelinearizationKeys;
        if (declaration.Conjugation || declaration.RotationSteps.Length > 0) yield return KeyObject.GaloisKeys;
    }

    /// <summary>The Galois elements a declaration promises.</summary>
    internal static ulong[] Elements(CkksParameters parameters, KeySetDeclaration declaration)
    {
        var elements = declaration.RotationSteps.Select(step => GaloisElements.FromStep(parameters.PolynomialDegree, step)).ToHashSet();
        if (declaration.Conjugation) elements.Add(GaloisElements.Conjugation(parameters.PolynomialDegree));
        return [.. elements];
    }

    /// <summary>The length of an object in bytes when it is not compressed; a version of SEAL writes no others than these two.</summary>
    internal static long LengthOf(KeyObject kind, CkksParameters parameters, KeySetDeclaration declaration, bool seeded, SealVersion? version = null) => kind switch
    {
        KeyObject.PublicKey => SealSizes.PublicKey(parameters, seeded, version),
        KeyObject.RelinearizationKeys => SealSizes.RelinearizationKeys(parameters, seeded, version),
        _ => SealSizes.GaloisKeys(parameters, Elements(parameters, declaration).Length, seeded, version),
    };

    /// <summary>Reads the length of an object from its first piece, and refuses whatever is not the declared object.</summary>
    /// <exception cref="SecretMaterialRefusedException">It has the form of a plaintext or a secret key.</exception>
    /// <exception cref="InvalidPayloadException">It is something else.</exception>
    internal static long CheckHead(KeyObject kind, CkksParameters parameters, KeySetDeclaration declaration, ReadOnlySpan<byte> firstPiece)
    {
        var name = NameOf(kind);
        if (firstPiece.Length < HeadBytes)
            throw new InvalidPayloadException($"first piece of the {name}", $"{firstPiece.Length} bytes", $"at least {HeadBytes}");
        var found = SealReader.Inspect(firstPiece, parameters);
        if (found == SealObjectKind.PlaintextOrSecretKey) throw new SecretMaterialRefusedException(name);
        var expected = kind == KeyObject.PublicKey ? SealObjectKind.PublicKey : SealObjectKind.KeySwitchKeys;
        if (found != expected)
            throw new InvalidPayloadException($"kind of the {name}", $"{found}", $"{expected} of the declared parameters; if it is compressed, in a first piece of 256 KiB or more");
        var header = HeaderOf(name, firstPiece);
        return CheckLength(
            name, header, LengthOf(kind, parameters, declaration, seeded: true, header.Version), LengthOf(kind, parameters, declaration, seeded: false, header.Version));
    }

    private static SealHeader HeaderOf(string name, ReadOnlySpan<byte> firstPiece)
    {
        try
        {
            return SealReader.ReadHeader(firstPiece);
        }
        catch (CkksException failure)
        {
            throw failure.ToGrainError(name);
        }
    }

    /// <summary>
    /// What is not compressed has one of two lengths. What is compressed is bounded above here, and below by the engine, which knows how
    /// far residues can be packed.
    /// </summary>
    private static long CheckLength(string name, SealHeader header, long seeded, long full)
    {
        if (header.Compression == SealCompression.None)
        {
            return header.Length == seeded || header.Length == full
                ? header.Length
                : throw new InvalidPayloadException($"length of the {name}", $"{header.Length} bytes", $"{seeded} (seeded) or {full} (full)");
        }
        var longest = SealSizes.Longest(full, header.Compression);
        return header.Length <= longest ? header.Length : throw new InvalidPayloadException($"length of the {name}", $"{header.Length} bytes", $"at most {longest}");
    }

    /// <summary>Reads an object whole: every word is checked.</summary>
    /// <exception cref="CkksException">It is not the declared object.</exception>
    internal static object Read(KeyObject kind, CkksParameters parameters, KeySetDeclaration declaration, ReadOnlySpan<byte> bytes) => kind switch
    {
        KeyObject.PublicKey => SealReader.ReadPublicKey(parameters, bytes),
        KeyObject.RelinearizationKeys => SealReader.ReadRelinearizationKeys(parameters, bytes),
        _ => SealReader.ReadGaloisKeys(parameters, bytes, Elements(parameters, declaration)),
    };

    internal static string NameOf(KeyObject kind) => kind switch
    {
        KeyObject.PublicKey => "public key",
        KeyObject.RelinearizationKeys => "relinearization keys",
        _ => "Galois keys",
    };
}
