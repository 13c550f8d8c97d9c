using System.Buffers;
using System.Runtime.CompilerServices;

namespace FheOrleans.Ckks.Arithmetic;

/// <summary>A short list from the shared pool for the length of a scope. References in it are cleared at the end, so that they keep nothing alive.</summary>
internal readonly ref struct RentedArray<T>
{
    private readonly T[] _array;

    public RentedArray(int count)
    {
        _array = ArrayPool<T>.Shared.Rent(count);
        Span = _array.AsSpan(0, count);
    }

    public Span<T> Span { get; }

    public void Dispose() => ArrayPool<T>.Shared.Return(_array, RuntimeHelpers.IsReferenceOrContainsReferences<T>());
}
