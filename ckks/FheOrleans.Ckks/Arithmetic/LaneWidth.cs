namespace FheOrleans.Ckks.Arithmetic;

/// <summary>Which lanes serve a ring on this processor: one answer for transforms, permutations and key switching, which share their data.</summary>
internal static class LaneWidth
{
    /// <summary>Words for which a key is laid out together, and at least as many as a vector has lanes.</summary>
    public const int Block = 8;

    // A quarter of the ring is two vectors.
    private const int SmallestFor256 = 32;
    private const int SmallestFor512 = 64;

    /// <summary>Whether there are eight lanes.</summary>
    public static bool Has512(int degree) => Lanes512.IsSupported && degree >= SmallestFor512;

    /// <summary>Whether there are four lanes.</summary>
    public static bool Has256(int degree) => Lanes256.IsSupported && degree >= SmallestFor256;

    /// <summary>Whether there are lanes at all.</summary>
    public static bool HasLanes(int degree) => Has512(degree) || Has256(degree);

    /// <summary>8, 4, or 1 for the plain versions.</summary>
    public static int For(int degree) => Has512(degree) ? Lanes512.Count : Has256(degree) ? Lanes256.Count : 1;
}
