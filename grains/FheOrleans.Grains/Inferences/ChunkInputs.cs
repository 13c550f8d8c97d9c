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
    private readonly CkksParameters _parameters;
    private readonly List<ReadOnlyMemory<byte>> _objects = [];

    /// <exception cref="WireFormatException">A chunk is not what was checked when it was uploaded: storage is damaged.</exception>
    internal ChunkInputs(CkksParameters parameters, IEnumerable<byte[]> chunks)
    {
        _parameters = parameters;
        var versions = new HashSet<SealVersion>();
        foreach (var chunk in chunks)
        {
            for (var at = 0; at < chunk.Length;)
            {
                var (version, _, length) = SealReader.ReadHeader(chunk.AsSpan(at));
                if (length < 1 || length > chunk.Length - at)
                    throw new WireFormatException("stored chunk", $"an object of {length} bytes", $"at most {chunk.Length - at}", at);
                _objects.Add(chunk.AsMemory(at, (int)length));
                versions.Add(version);
                at += (int)length;
            }
        }
        Version = versions.Count == 1 ? versions.Single() : null;
    }

    /// <summary>The one version pair of the ciphertexts' headers; null when there are several.</summary>
    internal SealVersion? Version { get; }

    /// <inheritdoc/>
    public int Count => _objects.Count;

    /// <inheritdoc/>
    public Ciphertext this[int index] => SealReader.ReadCiphertext(_parameters, _objects[index].Span);

    /// <inheritdoc/>
    public IEnumerator<Ciphertext> GetEnumerator() => Enumerable.Range(0, Count).Select(index => this[index]).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
