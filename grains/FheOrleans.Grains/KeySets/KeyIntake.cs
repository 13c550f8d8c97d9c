using System.Security.Cryptography;
using FheOrleans.Ckks;
using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Workers;

namespace FheOrleans.Grains.KeySets;

/// <summary>
/// Puts the staged pieces of a key object together and checks it. As many at a time as there are intake threads: that bounds the memory. Tenants
/// take turns.
/// </summary>
internal sealed class KeyIntake(IPayloadStore payloads, IntakeWorkers workers)
{
    private readonly FairPlaces _places = new(workers.Count);

    /// <returns>The object's bytes, checked, and their SHA-256.</returns>
    /// <exception cref="FheOrleansException">It is not the declared object.</exception>
    internal async Task<(byte[] Bytes, byte[] Sha256)> AssembleAsync(OwnedKey keySet, KeyObject kind, CkksParameters parameters, KeySetDeclaration declaration, long length)
    {
        using var place = await _places.TakeAsync(keySet.Tenant, CancellationToken.None);
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
