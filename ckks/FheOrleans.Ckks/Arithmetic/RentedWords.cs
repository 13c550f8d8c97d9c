using System.Buffers;

namespace FheOrleans.Ckks.Arithmetic;

/// <summary>Scratch words from the shared pool for the length of a scope. Not cleared, before or after: for public data.</summary>
internal readonly ref struct RentedWords
{
    private readonly ulong[] _array;

    public RentedWords(int count)
    {
        _array = ArrayPool<ulong>.Shared.Rent(count);
        Span = _array.AsSpan(0, count);
    }

    public Span<ulong> Span { get; }

    public void Dispose() => ArrayPool<ulong>.Shared.Return(_array);
}
