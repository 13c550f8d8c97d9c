using FheOrleans.Grains.KeySets;
using FheOrleans.Grains.Models;
using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Workers;
using FheOrleans.Networks.Compilation;
using Orleans;

namespace FheOrleans.Grains.Inferences;

/// <summary>What every evaluation needs, of parts and of live points: the tenant's turn at a thread, the owner's keys, the model's circuit.</summary>
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

    /// <summary>The model's circuit in a form, of the very network that the work was started for.</summary>
    internal Task<CompiledCircuit> CircuitAsync(OwnedKey work, string model, int version, string form, string sha256)
    {
        var modelKey = ModelKey.Of(work.Tenant, model);
        return circuits.GetAsync(modelKey, version, sha256, form, async () => (await grains.GetGrain<IModelGrain>(modelKey).ReadNetworkAsync(work.Owner, version)).Bytes);
    }
}
