using FheOrleans.Grains.KeySets;
using FheOrleans.Grains.Models;
using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Workers;
using FheOrleans.Networks.Compilation;
using Orleans;

namespace FheOrleans.Grains.Inferences;

/// <summary>What every evaluation needs, of parts and of live points: the tenant's turn at a thread, the owner's keys, the model's
/// circuit.</summary>
internal sealed class EvaluationMeans(IGrainFactory grains, KeyCache keys, CircuitCache circuits, FairPlaces places, RunningParts parts)
{
    /// <summary>Waits for the tenant's turn. A silo that stops gives up what waits, and lets finish what has begun.</summary>
    /// <exception cref="OperationCanceledException">It was given up.</exception>
    internal async Task<IDisposable> TakePlaceAsync(string tenant, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, parts.Closing);
        return await places.TakeAsync(tenant, waiting.Token);
    }

    /// <summary>The keys in the form that evaluation reads, of the key set that the work was started for.</summary>
    internal Task<EvaluationKeys> KeysAsync(OwnedKey work, string keySet, Guid generation) =>
        keys.GetAsync(GrainKeys.KeySet(work.Tenant, work.Owner, keySet), generation);

    /// <summary>
    /// The model's circuit in a form, of the very network that the work was started for. The model is asked every time, whatever this
    /// silo has kept: a deletion on another silo holds here from that moment on.
    /// </summary>
    /// <param name="work">Whose work it is.</param>
    /// <param name="model">The model's reference.</param>
    /// <param name="version">Its version.</param>
    /// <param name="form">The form as text.</param>
    /// <param name="sha256">SHA-256 of the network, hexadecimal; empty for work that was accepted before it was remembered.</param>
    /// <exception cref="NotFoundException">The model is not there for this data owner: it was deleted, or taken back.</exception>
    /// <exception cref="NotReadyException">It has another network now: it was deleted, and published anew.</exception>
    internal async Task<CompiledCircuit> CircuitAsync(OwnedKey work, string model, int version, string form, string sha256)
    {
        var modelKey = ModelKey.Of(work.Tenant, model);
        var grain = grains.GetGrain<IModelGrain>(modelKey);
        var found = await grain.ReadSha256Async(work.Owner, version);
        if (sha256.Length > 0 && !string.Equals(found, sha256, StringComparison.OrdinalIgnoreCase))
            throw new NotReadyException("the model", "the network that this was started for");
        return await circuits.GetAsync(modelKey, version, found, form, async () => (await grain.ReadNetworkAsync(work.Owner, version)).Bytes);
    }
}
