using System.Buffers.Binary;
using System.Collections;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Wire;

namespace FheOrleans.Grains.Inferences;

/// <summary>
/// A batch's ciphertexts, each expanded from its chunk only when the circuit asks for it: seeded, a batch takes half the memory, and of
/// the expanded ones only those in use are there.
/// </summary>
internal sealed class ChunkInputs : IReadOnlyList<Ciphertext>
{
    // SEAL's header: the length of the whole object is the word at byte 8.
    private const int HeaderBytes = 16;
    private const int LengthAt = 8;

    private readonly CkksParameters _parameters;
    private readonly List<ReadOnlyMemory<byte>> _objects = [];

    /// <exception cref="InvalidPayloadException">A chunk is not what was checked when it was uploaded: storage is damaged.</exception>
    internal ChunkInputs(CkksParameters parameters, IEnumerable<byte[]> chunks)
    {
        _parameters = parameters;
        foreach (var chunk in chunks)
        {
            for (var at = 0; at < chunk.Length;)
            {
                var left = chunk.Length - at;
                var length = left < HeaderBytes ? 0 : BinaryPrimitives.ReadInt64LittleEndian(chunk.AsSpan(at + LengthAt));
                if (length < HeaderBytes || length > left) throw new InvalidPayloadException("stored chunk", $"an object of {length} bytes in {left}", "whole ciphertexts");
                _objects.Add(chunk.AsMemory(at, (int)length));
                at += (int)length;
            }
        }
    }

    /// <inheritdoc/>
    public int Count => _objects.Count;

    /// <inheritdoc/>
    public Ciphertext this[int index] => SealReader.ReadCiphertext(_parameters, _objects[index].Span);

    /// <inheritdoc/>
    public IEnumerator<Ciphertext> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
