using System.Security.Cryptography;
using FheOrleans.Ckks;
using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Workers;

namespace FheOrleans.Grains.KeySets;

/// <summary>
/// Puts the staged pieces of a key object together and checks it. As many objects are in memory as there are intake threads, from the first
/// piece until they are stored: that bounds it. Tenants take turns.
/// </summary>
internal sealed class KeyIntake(IPayloadStore payloads, IntakeWorkers workers)
{
    private readonly FairPlaces _places = new(workers.Count);

    /// <summary>Waits for the tenant's turn to have an object in memory. Whoever has it keeps it until the object is stored.</summary>
    /// <returns>The turn; disposing it gives it back.</returns>
    internal Task<IDisposable> TakePlaceAsync(string tenant) => _places.TakeAsync(tenant, CancellationToken.None);

    /// <summary>To be called in a turn of <see cref="TakePlaceAsync"/>.</summary>
    /// <returns>The object's bytes, checked, and their SHA-256.</returns>
    /// <exception cref="FheOrleansException">It is not the declared object.</exception>
    internal async Task<(byte[] Bytes, byte[] Sha256)> AssembleAsync(OwnedKey keySet, KeyObject kind, CkksParameters parameters, KeySetDeclaration declaration, long length)
    {
        var bytes = new byte[length];
        for (var offset = 0; offset < length;)
        {
            var piece = await payloads.ReadAsync(PayloadKeys.StagedKeyPiece(keySet, kind, offset));
            if (piece is not { Length: > 0 } || piece.Length > length - offset)
                throw new InvalidPayloadException($"staged {KeyShape.NameOf(kind)}", $"a gap at byte {offset}", "pieces without a gap");
            piece.CopyTo(bytes, offset);
            offset += piece.Length;
        }
        return await workers.RunAsync(keySet.Tenant, () => Check(kind, parameters, declaration, bytes));
    }

    private static (byte[] Bytes, byte[] Sha256) Check(KeyObject kind, CkksParameters parameters, KeySetDeclaration declaration, byte[] bytes)
    {
        try
        {
            KeyShape.Read(kind, parameters, declaration, bytes);
            return (bytes, SHA256.HashData(bytes));
        }
        catch (CkksException failure)
        {
            throw failure.ToGrainError(KeyShape.NameOf(kind));
        }
    }
}
