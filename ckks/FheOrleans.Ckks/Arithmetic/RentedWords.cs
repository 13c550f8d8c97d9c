using System.Buffers;

namespace FheOrleans.Ckks.Arithmetic;

/// <summary>Scratch words from the shared pool, at a cache line, for the length of a scope. Not cleared, before or after: for public data.</summary>
internal readonly ref struct RentedWords
{
    private readonly ulong[] _array;

    public RentedWords(int count)
    {
        _array = ArrayPool<ulong>.Shared.Rent(count + AlignedWords.Padding);
        Span = _array.AsSpan(AlignedWords.StartOfLine(_array), count);
    }

    public Span<ulong> Span { get; }

    public void Dispose() => ArrayPool<ulong>.Shared.Return(_array);
}
