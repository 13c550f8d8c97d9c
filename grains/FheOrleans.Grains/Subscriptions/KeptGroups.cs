using FheOrleans.Ckks;
using FheOrleans.Ckks.Wire;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Grains.Subscriptions;

/// <summary>
/// How what a live circuit keeps rests in payloads: what is recalled for equally long is written, read and deleted together, as ciphertexts one
/// behind the other.
/// </summary>
internal sealed class KeptGroups
{
    private readonly LiveMemory _memory;
    private readonly int[][] _groups;

    internal KeptGroups(LiveMemory memory)
    {
        _memory = memory;
        _groups = [.. memory.Kept.Select((kept, number) => (kept.Runs, Number: number)).GroupBy(kept => kept.Runs, kept => kept.Number)
            .OrderBy(group => group.Key).Select(group => group.ToArray())];
    }

    /// <summary>For each group, how many points later it is recalled at last.</summary>
    internal int[] Lifetimes => [.. _groups.Select(group => _memory.Kept[group[0]].Runs)];

    /// <summary>The payloads of a point: one for each group.</summary>
    internal byte[][] Write(IReadOnlyList<Ciphertext> kept) => [.. _groups.Select(group =>
    {
        using var payload = new MemoryStream();
        foreach (var number in group) payload.Write(SealWriter.Write(kept[number]));
        return payload.ToArray();
    })];

    /// <summary>Which payloads a run reads: groups, and how many points ago they were written.</summary>
    internal IEnumerable<(int Group, int Age)> Wanted() => _memory.Recalled.Select(wanted => (GroupOf(wanted.Kept), wanted.Age)).Distinct();

    /// <summary>One ciphertext out of the payload of its group.</summary>
    /// <param name="parameters">The data owner's.</param>
    /// <param name="kept">The kept value's number.</param>
    /// <param name="payload">The payload of its group.</param>
    internal Ciphertext Read(CkksParameters parameters, int kept, byte[] payload)
    {
        var at = 0;
        foreach (var number in _groups[GroupOf(kept)])
        {
            var length = checked((int)SealReader.ReadHeader(payload.AsSpan(at)).Length);
            if (number == kept) return SealReader.ReadCiphertext(parameters, payload.AsSpan(at, length));
            at += length;
        }
        throw new InvalidOperationException("A kept value is in no group.");
    }

    internal int GroupOf(int kept) => Array.FindIndex(_groups, group => group.Contains(kept));
}
