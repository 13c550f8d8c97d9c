using System.Security.Cryptography;
using FheOrleans.Grains.Ledgers;
using FheOrleans.Grains.Receipts;
using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Tenants;

namespace FheOrleans.Grains.KeySets;

/// <content>Taking key objects in pieces.</content>
internal sealed partial class KeySetGrain
{
    /// <inheritdoc/>
    public async Task<KeyObjectProgress> AppendAsync(KeyObject kind, long offset, byte[] piece)
    {
        var progress = Declared(kind);
        if (piece.Length is 0 or > Limits.KeyPieceBytes)
        {
            throw new InvalidPayloadException(
                $"piece of the {KeyShape.NameOf(kind)}", $"{piece.Length} bytes", $"1 to {Limits.KeyPieceBytes}");
        }
        if (offset < 0) throw new InvalidPayloadException("offset", $"{offset}", "0 or more");
        if (progress.Complete) return await RepeatedAsync(progress, offset, piece);
        if (offset == 0) progress = await BeginAsync(progress, piece);
        else if (offset < progress.Received && offset + piece.Length <= progress.Received) return progress;

        if (offset != progress.Received)
        {
            throw new ConflictException(
                $"upload of the {KeyShape.NameOf(kind)}", $"a piece at byte {offset}", $"one at byte {progress.Received}",
                "Continue there, or begin anew at 0.");
        }
        if (piece.Length > progress.Total - offset)
        {
            throw new InvalidPayloadException(
                $"piece of the {KeyShape.NameOf(kind)}", $"{piece.Length} bytes at byte {offset}",
                $"no more than the object's {progress.Total} bytes");
        }

        // With the first piece the whole: who has no room for all of it need not send the rest.
        await using var room = await GrainFactory.ReserveBytesAsync(Key.Tenant, offset == 0 ? progress.Total : piece.Length);
        await payloads.WriteAsync(PayloadKeys.StagedKeyPiece(Key, kind, offset), piece);
        progress = progress with { Received = offset + piece.Length };
        if (progress.Received == progress.Total) return await CommitAsync(progress);
        await RememberAsync(progress);
        return progress;
    }

    /// <summary>A piece of what is committed already: its acknowledgement was lost, or somebody sends other keys.</summary>
    private async Task<KeyObjectProgress> RepeatedAsync(KeyObjectProgress progress, long offset, byte[] piece)
    {
        var bytes = await BytesAsync(progress);
        if (offset + piece.Length >= progress.Total) _beingRead.Remove(progress.Kind);
        if (offset + piece.Length <= bytes?.Length && bytes.AsSpan((int)offset, piece.Length).SequenceEqual(piece)) return progress;
        throw new ConflictException(
            $"upload of the {KeyShape.NameOf(progress.Kind)}", "other keys", "those the key set has",
            "Declare another key set for them, or delete this one first.");
    }

    private async Task<KeyObjectProgress> BeginAsync(KeyObjectProgress progress, byte[] piece)
    {
        var parameters = await parametersCatalog.ReadAsync(Key.Tenant, Declaration.Parameters);
        var total = KeyShape.CheckHead(progress.Kind, parameters, Declaration, piece);
        if (total > options.Value.MaximumKeyObjectBytes)
            throw new LimitExceededException($"bytes of the {KeyShape.NameOf(progress.Kind)}", total, options.Value.MaximumKeyObjectBytes);
        if (progress.Received > 0) await payloads.DeleteAsync(PayloadKeys.StagedKey(Key, progress.Kind));
        return progress with { Received = 0, Total = total };
    }

    private async Task<KeyObjectProgress> CommitAsync(KeyObjectProgress progress)
    {
        var parameters = await parametersCatalog.ReadAsync(Key.Tenant, Declaration.Parameters);
        // In memory from here to where it is stored, and only as many at a time as have a place.
        using (await intake.TakePlaceAsync(Key.Tenant))
        {
            byte[] bytes;
            try
            {
                (bytes, keySet.State.Hashes[progress.Kind]) =
                    await intake.AssembleAsync(Key, progress.Kind, parameters, Declaration, progress.Total);
            }
            catch (FheOrleansException refused) when (refused is not StorageException)
            {
                // What was sent is not the object. Storage that is away says nothing of it: the last piece is sent again.
                await payloads.DeleteAsync(PayloadKeys.StagedKey(Key, progress.Kind));
                await RememberAsync(progress with { Received = 0, Total = 0 });
                throw;
            }
            // The keys first and the word that they are there second: a crash between the two costs one piece, sent again. The ledger
            // between them: nobody hears of a key set that is not in it.
            await SaveMaterialAsync(progress.Kind, bytes);
        }
        progress = progress with { Complete = true };
        keySet.State.Objects[keySet.State.IndexOf(progress.Kind)] = progress;
        if (Sha256() is { } content) await this.EnterAsync(GrainFactory, Key, LedgerKind.KeySetStored, content, keySet.State.Generation);
        await this.SaveAsync(keySet);
        await payloads.DeleteAsync(PayloadKeys.StagedKey(Key, progress.Kind));
        log.KeyObjectCommitted(Key.Tenant, Key.Owner, Key.Name, progress.Kind, progress.Total);
        return progress;
    }

    /// <summary>The hash over parameters and objects in their order; null while something is missing.</summary>
    private byte[]? Sha256() => keySet.State.Objects.TrueForAll(item => item.Complete && keySet.State.Hashes.ContainsKey(item.Kind))
        ? Hashes.Over([SHA256.HashData(Declaration.Parameters), .. keySet.State.Objects.Select(item => keySet.State.Hashes[item.Kind])])
        : null;

    private Task RememberAsync(KeyObjectProgress progress)
    {
        keySet.State.Objects[keySet.State.IndexOf(progress.Kind)] = progress;
        return this.SaveAsync(keySet);
    }
}
