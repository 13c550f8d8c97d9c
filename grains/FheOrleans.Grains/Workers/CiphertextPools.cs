using FheOrleans.Ckks;
using FheOrleans.Networks.Execution;

namespace FheOrleans.Grains.Workers;

/// <summary>The memory that circuits compute in, kept from one part to the next for the parameters that were used last.</summary>
/// <remarks>It is as large as the most parts that ran at a time needed: some 10 MB for each at N = 8192.</remarks>
internal sealed class CiphertextPools
{
    // Circuits of one network share parameters more often than not; a node serves a few kinds at a time.
    private const int Kept = 4;

    private readonly Lock _gate = new();
    private readonly LinkedList<CiphertextPool> _byUse = new();

    internal CiphertextPool For(CkksParameters parameters)
    {
        lock (_gate)
        {
            var node = _byUse.First;
            while (node is not null && !node.Value.Parameters.Equals(parameters)) node = node.Next;
            if (node is null) node = new(new CiphertextPool(parameters));
            else _byUse.Remove(node);
            _byUse.AddFirst(node);
            // What is in use is given back to a pool that nobody has any more, and collected with it.
            if (_byUse.Count > Kept) _byUse.RemoveLast();
            return node.Value;
        }
    }
}
