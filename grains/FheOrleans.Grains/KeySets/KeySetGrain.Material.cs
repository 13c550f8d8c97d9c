using FheOrleans.Grains.Storage;
using Orleans.Runtime;

namespace FheOrleans.Grains.KeySets;

/// <content>
/// The keys themselves: in storage, and in memory only from the first piece that somebody reads to the last. However many key sets are
/// asked after at a time, those that are being read are as many as evaluations and uploads may be under way.
/// </content>
internal sealed partial class KeySetGrain
{
    private readonly Dictionary<KeyObject, Task<byte[]?>> _beingRead = [];

    /// <inheritdoc/>
    public override Task OnActivateAsync(CancellationToken cancellationToken)
    {
        // The host reads every record for an activation, and most are made to describe the key set.
        foreach (var material in Materials) material.State.Bytes = null;
        return base.OnActivateAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Payload> ReadAsync(KeyObject kind, int piece)
    {
        var bytes = await BytesAsync(Declared(kind)) ?? throw new NotReadyException($"key set '{Key.Name}'", $"its {KeyShape.NameOf(kind)}");
        var offset = (long)piece * Limits.KeyPieceBytes;
        if (piece < 0 || offset >= bytes.Length) throw new NotFoundException($"piece of the {KeyShape.NameOf(kind)}", $"{piece}");
        var length = (int)Math.Min(Limits.KeyPieceBytes, bytes.Length - offset);
        if (offset + length == bytes.Length) _beingRead.Remove(kind);
        return new Payload { Bytes = bytes.AsSpan((int)offset, length).ToArray() };
    }

    /// <summary>
    /// A committed object; null when it is not committed. Kept for the next piece until it is taken out of <see cref="_beingRead"/>.
    /// </summary>
    private async Task<byte[]?> BytesAsync(KeyObjectProgress progress)
    {
        if (!progress.Complete) return null;
        if (!_beingRead.TryGetValue(progress.Kind, out var reading)) _beingRead[progress.Kind] = reading = LoadAsync(Material(progress.Kind));
        try
        {
            return await reading;
        }
        catch
        {
            _beingRead.Remove(progress.Kind); // Read anew the next time.
            throw;
        }
    }

    private static async Task<byte[]?> LoadAsync(IPersistentState<KeyMaterialState> material)
    {
        await material.ReadStateAsync();
        var bytes = material.State.Bytes;
        material.State.Bytes = null;
        return bytes;
    }

    private async Task SaveMaterialAsync(KeyObject kind, byte[] bytes)
    {
        var material = Material(kind);
        material.State.Bytes = bytes;
        await this.SaveAsync(material);
        material.State.Bytes = null;
    }

    private async Task EraseMaterialAsync()
    {
        _beingRead.Clear();
        foreach (var material in Materials)
            if (material.RecordExists) await material.ClearStateAsync();
        await payloads.DeleteAsync(PayloadKeys.KeySet(Key));
    }

    private IPersistentState<KeyMaterialState>[] Materials => [publicKey, relinearizationKeys, galoisKeys];

    private IPersistentState<KeyMaterialState> Material(KeyObject kind) => kind switch
    {
        KeyObject.PublicKey => publicKey,
        KeyObject.RelinearizationKeys => relinearizationKeys,
        _ => galoisKeys,
    };
}
