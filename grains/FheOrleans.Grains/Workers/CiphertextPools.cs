using FheOrleans.Ckks;
using FheOrleans.Networks.Execution;
using Microsoft.Extensions.Options;

namespace FheOrleans.Grains.Workers;

/// <summary>The memory that circuits compute in, kept from one part to the next for the parameters that were used last.</summary>
/// <remarks>
/// A pool is as large as the most parts that ran at a time needed, some 10 MB for each at N = 8192, and no larger than
/// <see cref="FheGrainsOptions.CiphertextPoolBytes"/>, in which the pools of parameters used before it have to find room too.
/// </remarks>
internal sealed class CiphertextPools(IOptions<FheGrainsOptions> options)
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
            if (node is null) node = new(new CiphertextPool(parameters, options.Value.CiphertextPoolBytes));
            else _byUse.Remove(node);
            _byUse.AddFirst(node);
            // What is in use is given back to a pool that nobody has any more, and collected with it.
            if (_byUse.Count > Kept) _byUse.RemoveLast();
            var room = options.Value.CiphertextPoolBytes - node.Value.FreeBytes;
            for (var former = node.Next; former is not null; former = former.Next)
            {
                if (former.Value.FreeBytes > room) former.Value.Clear();
                room -= former.Value.FreeBytes;
            }
            return node.Value;
        }
    }
}
