using System.Security.Cryptography;
using FheOrleans.Grains.Datasets;
using FheOrleans.Grains.Ledgers;
using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Tenants;
using Orleans;

namespace FheOrleans.Grains.Subscriptions;

/// <content>Taking points: numbered, checked, stored, acknowledged.</content>
internal sealed partial class SubscriptionGrain
{
    /// <inheritdoc/>
    public async Task<PointProgress> AppendAsync(int point, int chunk, byte[] bytes)
    {
        _ = Request;
        var form = State.PointForm!;
        if (chunk < 0 || chunk >= form.ChunksPerBatch)
            throw new InvalidPayloadException("chunk of the point", $"{chunk}", $"0 to {form.ChunksPerBatch - 1}");
        if (point < 1) throw new InvalidPayloadException("number of the point", $"{point}", "1 or more");
        if (point <= State.Appended) return await RepeatedAsync(point, chunk, bytes);
        if (State.State != SubscriptionState.Active)
        {
            throw Conflict(
                "a point", $"none: it has failed ({State.Failure})", "Upgrade it to a version, even to the same one, to go on; or delete it.");
        }
        if (point > State.Appended + 1) throw Conflict($"point {point}", $"point {State.Appended + 1}", "Append the points between first.");

        var parameters = await parametersCatalog.ReadAsync(Key.Tenant, State.Parameters);
        ChunkChecks.CheckLength(form, parameters, chunk, bytes.Length);
        if (State.Arriving.TryGetValue(chunk, out var known))
        {
            await RequireSameAsync(known.Sha256, point, chunk, bytes);
            return Progress(State.Arriving.Count);
        }
        await using var room = await GrainFactory.ReserveBytesAsync(Key.Tenant, bytes.Length);
        var hash = await workers.RunAsync(Key.Tenant, () => ChunkChecks.Check(form, parameters, chunk, bytes));
        await payloads.WriteAsync(PayloadKeys.PointChunk(Key, point, chunk), bytes);
        // Remembered as unfinished first: a point that is acknowledged is computed, whatever dies. And before memory knows of its last
        // chunk: sent again, that would be known, and nobody would append the point.
        var isWhole = State.Arriving.Count + 1 == form.ChunksPerBatch;
        if (isWhole) await UnfinishedWork.AddSubscriptionAsync(this.GetPrimaryKeyString());
        State.Arriving[chunk] = new() { Sha256 = hash, Bytes = bytes.Length };
        if (!isWhole)
        {
            await this.SaveAsync(record);
            return Progress(State.Arriving.Count);
        }

        State.Remembered[point] = [.. State.Arriving.OrderBy(item => item.Key).SelectMany(item => item.Value.Sha256)];
        (State.Appended, State.Arriving) = (point, []);
        State.ForgetOutlived();
        await this.SaveAsync(record);
        await EnterAppendedAsync();
        Watch.Begun();
        StartNext();
        return Progress(form.ChunksPerBatch);
    }

    private async Task<PointProgress> RepeatedAsync(int point, int chunk, byte[] bytes)
    {
        if (!State.Remembered.TryGetValue(point, out var hashes))
            throw Conflict($"point {point}, long past", $"point {State.Appended + 1}", "Its content is not remembered any more.");
        await EnterAppendedAsync();
        await RequireSameAsync(hashes[(chunk * SHA256.HashSizeInBytes)..((chunk + 1) * SHA256.HashSizeInBytes)], point, chunk, bytes);
        return Progress(State.PointForm!.ChunksPerBatch);
    }

    /// <summary>Enters in the ledger what is appended, before it is acknowledged.</summary>
    private async Task EnterAppendedAsync()
    {
        for (; State.Entered < State.Appended; State.Entered++)
        {
            var content = SHA256.HashData(State.Remembered[State.Entered + 1]);
            await this.EnterAsync(GrainFactory, Key, LedgerKind.DatasetAppended, content, State.Incarnation);
        }
    }

    private async Task RequireSameAsync(byte[] stored, int point, int chunk, byte[] bytes)
    {
        var sent = await workers.RunAsync(Key.Tenant, () => SHA256.HashData(bytes));
        if (!stored.AsSpan().SequenceEqual(sent))
        {
            throw new ConflictException(
                $"chunk {chunk} of point {point} of the subscription '{Key.Name}'", "other content", "the content that is stored",
                "What is appended stays. Send the same bytes again, not the same numbers encrypted anew.");
        }
    }

    private ConflictException Conflict(string found, string expected, string advice) =>
        new($"subscription '{Key.Name}'", found, expected, advice);

    private PointProgress Progress(int received) =>
        new() { Received = received, Total = State.PointForm!.ChunksPerBatch, Appended = State.Appended };
}
