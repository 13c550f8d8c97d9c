namespace FheOrleans.Grains.Workers;

/// <summary>
/// Keeps what was used last, up to a budget. What several ask for at once is made once; what could not be made is not kept.
/// </summary>
internal sealed class RecentlyUsed<TKey, TValue>(long budget, Func<TValue, long> costOf)
    where TKey : notnull
{
    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, LinkedListNode<Entry>> _entries = [];
    private readonly LinkedList<Entry> _byUse = new();
    private long _cost;

    internal long Cost
    {
        get
        {
            lock (_gate) return _cost;
        }
    }

    /// <summary>What is kept now, with its cost; what is still being made is not in it.</summary>
    internal IReadOnlyList<(TKey Key, long Cost)> Snapshot()
    {
        lock (_gate) return [.. _byUse.Where(entry => entry.Cost is not null).Select(entry => (entry.Key, entry.Cost!.Value))];
    }

    /// <summary>
    /// Gets a value, and has it made, away from the caller's scheduler, if it is not there. The value may be dropped from here at any time;
    /// who got it keeps it.
    /// </summary>
    internal async Task<TValue> GetAsync(TKey key, Func<Task<TValue>> make)
    {
        LinkedListNode<Entry> node;
        lock (_gate)
        {
            if (_entries.TryGetValue(key, out node!))
            {
                _byUse.Remove(node);
                _byUse.AddFirst(node);
            }
            else
            {
                node = _byUse.AddFirst(new Entry(key, new Lazy<Task<TValue>>(() => Task.Run(make))));
                _entries[key] = node;
            }
        }
        try
        {
            var value = await node.Value.Made.Value;
            Account(node, costOf(value));
            return value;
        }
        catch
        {
            Drop(node);
            throw;
        }
    }

    /// <summary>Drops every value whose key is one of those. What is being made is dropped too, and who waits for it gets it.</summary>
    internal void Drop(Func<TKey, bool> isOneOf)
    {
        lock (_gate)
            foreach (var node in _entries.Where(entry => isOneOf(entry.Key)).Select(entry => entry.Value).ToArray()) Remove(node);
    }

    private void Account(LinkedListNode<Entry> node, long cost)
    {
        lock (_gate)
        {
            if (node.Value.Cost is not null || node.List is null) return;
            node.Value.Cost = cost;
            _cost += cost;
            // From the least recently used on; what is still being made has no cost yet and stays.
            for (var last = _byUse.Last; last is not null && _cost > budget;)
            {
                var previous = last.Previous;
                if (last.Value.Cost is not null) Remove(last);
                last = previous;
            }
        }
    }

    private void Drop(LinkedListNode<Entry> node)
    {
        lock (_gate)
            if (node.List is not null) Remove(node);
    }

    private void Remove(LinkedListNode<Entry> node)
    {
        _byUse.Remove(node);
        _entries.Remove(node.Value.Key);
        _cost -= node.Value.Cost ?? 0;
    }

    private sealed class Entry(TKey key, Lazy<Task<TValue>> made)
    {
        internal TKey Key => key;

        internal Lazy<Task<TValue>> Made => made;

        internal long? Cost { get; set; }
    }
}
