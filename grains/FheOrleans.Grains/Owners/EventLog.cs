using System.Security.Cryptography;
using System.Text;
using FheOrleans.Grains.Storage;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Owners;

/// <summary>A data owner's events at rest: numbered, the latest kept, each stored at a cost that does not grow with how many are kept.</summary>
/// <remarks>
/// <code>
/// payloads: [1 … 32] [33 … 64]   grain state: 65 66 67, last number, first kept
/// </code>
/// The newest events, fewer than a segment, are in the grain's state; a segment that is full goes to a payload of its own, once, before the
/// state lets go of it. So an event costs one write of a few kilobytes, and after a crash between two writes the state still has what the
/// payload has: that one is written again. What the state names and no payload has was forgotten.
/// </remarks>
internal sealed class EventLog(IGrainBase grain, IPersistentState<EventsState> state, IPayloadStore payloads, string owner, int maximumEvents)
{
    internal const int SegmentEvents = 32;

    // What is stored; the state runs ahead of it while it is being written.
    private (long First, long Last) _stored = (FirstOf(state.State), state.State.LastSequence);
    private (long Number, IReadOnlyList<PredictionEvent> Events) _read = (-1, []);
    private Dictionary<UInt128, long>? _known;

    /// <summary>The last event's number; 0 when there was none.</summary>
    internal long Last => _stored.Last;

    /// <summary>Numbers and stores an event, unless it is among those that are kept.</summary>
    /// <returns>Its number, and whether it is new.</returns>
    internal async Task<(long Sequence, bool IsNew)> AppendAsync(PredictionEvent added)
    {
        var (known, identity) = (_known ??= await ReadKnownAsync(), IdentityOf(added));
        if (known.TryGetValue(identity, out var repeated) && repeated >= _stored.First) return (repeated, false);

        var last = _stored.Last + 1;
        var first = Math.Max(_stored.First, last - maximumEvents + 1);
        var open = await CloseSegmentsAsync([.. state.State.Events.Append(added with { Sequence = last, Result = null, Receipt = null }).Where(kept => kept.Sequence >= first)], last);
        for (var segment = SegmentOf(_stored.First); EndOf(segment) < first; segment++) await payloads.DeleteAsync(KeyOf(segment));
        (state.State.LastSequence, state.State.FirstSequence, state.State.Events) = (last, first, open);
        await grain.SaveAsync(state);

        _stored = (first, last);
        known[identity] = last;
        if (known.Count > 2L * maximumEvents)
            foreach (var (old, number) in known) if (number < first) known.Remove(old);
        return (last, true);
    }

    /// <summary>The kept events after a number, oldest first.</summary>
    internal async Task<List<PredictionEvent>> ReadAsync(long after, int maximumCount)
    {
        var read = new List<PredictionEvent>();
        if (after >= _stored.Last) return read;
        for (var next = Math.Max(after + 1, _stored.First); next <= _stored.Last && read.Count < maximumCount; next = EndOf(SegmentOf(next)) + 1)
        {
            var (from, to) = (next, _stored.Last);
            var events = await ReadSegmentAsync(SegmentOf(next));
            read.AddRange(events.Where(kept => kept.Sequence >= from && kept.Sequence <= to).Take(maximumCount - read.Count));
        }
        return read;
    }

    /// <summary>Forgets all events and where the numbers were.</summary>
    internal async Task EraseAsync()
    {
        await payloads.DeleteAsync(PayloadKeys.Events(owner));
        if (state.RecordExists) await state.ClearStateAsync();
        (_stored, _read, _known) = ((1, 0), (-1, []), null);
    }

    /// <summary>From when all events were in the state, it has no first number.</summary>
    private static long FirstOf(EventsState state) =>
        state.FirstSequence > 0 ? state.FirstSequence : state.Events.Count > 0 ? state.Events[0].Sequence : state.LastSequence + 1;

    private static long SegmentOf(long sequence) => (sequence - 1) / SegmentEvents;

    private static long EndOf(long segment) => (segment + 1) * SegmentEvents;

    private string KeyOf(long segment) => PayloadKeys.EventSegment(owner, segment);

    /// <summary>Writes the segments that are full to their payloads, and returns the events that are in none of them.</summary>
    private async Task<List<PredictionEvent>> CloseSegmentsAsync(List<PredictionEvent> open, long last)
    {
        while (open.Count > 0 && SegmentOf(open[0].Sequence) is var segment && EndOf(segment) <= last)
        {
            var full = open.TakeWhile(kept => SegmentOf(kept.Sequence) == segment).ToList();
            await payloads.WriteAsync(KeyOf(segment), EventSegment.Write(full));
            open.RemoveRange(0, full.Count);
        }
        return open;
    }

    private async Task<IReadOnlyList<PredictionEvent>> ReadSegmentAsync(long segment)
    {
        // A segment is all in the state or not at all.
        if (state.State.Events is [var first, ..] && segment >= SegmentOf(first.Sequence)) return [.. state.State.Events.Where(kept => SegmentOf(kept.Sequence) == segment)];
        if (_read.Number == segment) return _read.Events;
        var events = await payloads.ReadAsync(KeyOf(segment)) is { } bytes ? EventSegment.Read(bytes) : [];
        _read = (segment, events);
        return events;
    }

    /// <summary>A publisher that was cut off repeats what it did last: that is known again as long as it is kept.</summary>
    private async Task<Dictionary<UInt128, long>> ReadKnownAsync()
    {
        var known = new Dictionary<UInt128, long>();
        for (var segment = SegmentOf(_stored.First); segment <= SegmentOf(_stored.Last) && _stored.Last > 0; segment++)
            foreach (var kept in await ReadSegmentAsync(segment)) known[IdentityOf(kept)] = kept.Sequence;
        return known;
    }

    /// <summary>The version belongs to it: a subscription may forecast after the same point by two versions. A hash, so that thousands are small.</summary>
    private static UInt128 IdentityOf(PredictionEvent item)
    {
        var text = $"{item.Inference}|{(int)item.State}|{item.Part}|{item.Version}|{item.Incarnation:N}";
        return BitConverter.ToUInt128(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
