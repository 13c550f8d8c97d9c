using FheOrleans.Embedded;
using Orleans.Runtime;

namespace Orleans;

/// <summary>What can be asked of a grain or of a reference to one.</summary>
public static class GrainExtensions
{
    /// <summary>The identity of a grain.</summary>
    /// <param name="grain">The grain itself or a reference to it.</param>
    /// <returns>The identity.</returns>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static GrainId GetGrainId(this IAddressable grain) => grain switch
    {
        IGrainBase instance => instance.GrainContext.GrainId,
        GrainReference reference => reference.GrainId,
        _ => throw new ArgumentException($"{grain?.GetType().Name ?? "null"} is neither a grain nor a reference to one.", nameof(grain)),
    };

    /// <summary>The key of a grain.</summary>
    /// <param name="grain">The grain itself or a reference to it.</param>
    /// <returns>The key.</returns>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static string GetPrimaryKeyString(this IAddressable grain) => grain.GetGrainId().Key;
}
