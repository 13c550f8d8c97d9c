using System.Runtime.CompilerServices;

namespace FheOrleans.Ckks.Arithmetic;

/// <summary>How the methods of a kernel are compiled.</summary>
internal static class Kernel
{
    /// <summary>
    /// For loops and for what calls them: fully optimized at first use, and never merged with one another. When the JIT inlines one
    /// loop into another it runs out of its inlining budget, and what the inner loop calls stays calls, to unoptimized code at first:
    /// measured, a transform took five times as long in a process's first 200 ms.
    /// </summary>
    public const MethodImplOptions Loop = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    /// <summary>For what must vanish into such a loop.</summary>
    public const MethodImplOptions Step = MethodImplOptions.AggressiveInlining;
}
