using FheOrleans.Grains.Storage;

namespace FheOrleans.Grains.Tenants;

/// <summary>Failed tries of the last minute by address, and which tokens were good from there. Bounded, whoever tries.</summary>
/// <remarks>
/// Each address has what it may fail in a minute, refilled evenly, and may run into as much debt: what several gateways let in at the
/// same moment, none knowing of the others, is paid back by all. Addresses are kept exactly, so nobody waits for what another did; of
/// more than there is room for, the one that failed longest ago is forgotten. Whoever has that many addresses is not held up by counting
/// them.
/// </remarks>
internal sealed class FailedSignIns(TimeProvider time)
{
    /// <summary>Addresses that are kept.</summary>
    internal const int Capacity = 256;

    private readonly Dictionary<string, LinkedListNode<Entry>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> _byFailure = new();

    /// <summary>Addresses that are kept now.</summary>
    internal int Count => _entries.Count;

    /// <summary>Counts a try that failed, and says what follows from it.</summary>
    internal SignInVerdict Add(FailedSignIn failure)
    {
        var entry = EntryOf(failure);
        var (now, perSecond) = (time.GetTimestamp(), failure.PerMinute / 60.0);
        // A gateway may be told another limit than the one before: the smaller holds at once.
        var refilled = Math.Min(failure.PerMinute, entry.Left + (time.GetElapsedTime(entry.CountedAt, now).TotalSeconds * perSecond));
        (entry.Left, entry.CountedAt) = (Math.Max(refilled - 1, -failure.PerMinute), now);
        entry.Learn(failure);
        return entry.Left >= 1 ? new() : new() { WaitSeconds = (1 - entry.Left) / perSecond, Good = [.. entry.Good] };
    }

    private Entry EntryOf(FailedSignIn failure)
    {
        if (_entries.TryGetValue(failure.Address, out var node))
        {
            _byFailure.Remove(node);
        }
        else
        {
            if (_entries.Count == Capacity)
            {
                _entries.Remove(_byFailure.Last!.Value.Address);
                _byFailure.RemoveLast();
            }
            node = new(new(failure.Address) { Left = failure.PerMinute, CountedAt = time.GetTimestamp() });
            _entries[failure.Address] = node;
        }
        _byFailure.AddFirst(node);
        return node.Value;
    }

    private sealed class Entry(string address)
    {
        public string Address => address;

        /// <summary>Tries that may fail now; below 0 what must be paid back first.</summary>
        public double Left { get; set; }

        public long CountedAt { get; set; }

        /// <summary>Hashes of tokens, the ones heard of last at the end.</summary>
        public List<byte[]> Good { get; } = [];

        public void Learn(FailedSignIn failure)
        {
            foreach (var good in failure.Good)
            {
                Good.RemoveAll(known => TokenHash.Equal(known, good));
                Good.Add(good);
            }
            Good.RemoveAll(known => TokenHash.Equal(known, failure.Tried));
            if (Good.Count > Limits.GoodTokensOfAnAddress) Good.RemoveRange(0, Good.Count - Limits.GoodTokensOfAnAddress);
        }
    }
}
