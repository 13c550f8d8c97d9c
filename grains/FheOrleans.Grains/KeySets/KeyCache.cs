using FheOrleans.Ckks;
using FheOrleans.Ckks.Wire;
using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Workers;
using Microsoft.Extensions.Options;
using Orleans;

namespace FheOrleans.Grains.KeySets;

/// <summary>A key set ready for evaluation.</summary>
internal sealed record EvaluationKeys(CkksParameters Parameters, RelinearizationKeys? Relinearization, GaloisKeys? Galois)
{
    /// <summary>The one version pair of the headers in which parameters and these keys came; null when they came in several.</summary>
    internal required SealVersion? Version { get; init; }

    /// <summary>What the expanded keys take in memory, in bytes.</summary>
    internal long Bytes { get; init; }
}

/// <summary>Expanded evaluation keys, shared by all parts evaluated on this silo.</summary>
internal sealed class KeyCache(
    IGrainFactory grains, ParametersCatalog parametersCatalog, IntakeWorkers workers, IOptions<FheGrainsOptions> options)
{
    private readonly RecentlyUsed<(string Key, Guid Generation), EvaluationKeys> _keys = new(
        options.Value.KeyCacheBytes, keys => keys.Bytes);

    internal long Bytes => _keys.Cost;

    /// <summary>The bytes of each key set that is kept, with its tenant.</summary>
    internal IEnumerable<(string Tenant, long Bytes)> Snapshot() =>
        _keys.Snapshot().Select(item => (OwnedKey.Parse(item.Key.Key).Tenant, item.Cost));

    /// <exception cref="NotReadyException">
    /// The key set is not whole, or not the one that was declared when the inference started.
    /// </exception>
    internal Task<EvaluationKeys> GetAsync(string keySetKey, Guid generation) => _keys.GetAsync((keySetKey, generation), () =>
        LoadAsync(keySetKey, generation));

    /// <summary>Forgets a key set that is deleted. Work under way keeps what it has until it ends.</summary>
    internal void Drop(string keySetKey) => _keys.Drop(known => known.Key == keySetKey);

    private async Task<EvaluationKeys> LoadAsync(string keySetKey, Guid generation)
    {
        var (grain, tenant) = (grains.GetGrain<IKeySetGrain>(keySetKey), OwnedKey.Parse(keySetKey).Tenant);
        var description = await grain.DescribeAsync();
        if (description.Generation != generation || !description.IsComplete)
            throw new NotReadyException($"key set '{description.KeySet}'", "the keys the dataset was encrypted for");
        var (declaration, parameters) = (
            description.Declaration, await parametersCatalog.ReadAsync(tenant, description.Declaration.Parameters));
        var versions = new HashSet<SealVersion> { SealReader.ReadHeader(declaration.Parameters).Version };
        var relinearization = await ReadAsync<RelinearizationKeys>(
            grain, tenant, description, KeyObject.RelinearizationKeys, parameters, versions);
        var galois = await ReadAsync<GaloisKeys>(grain, tenant, description, KeyObject.GaloisKeys, parameters, versions);
        return new(parameters, relinearization, galois)
        {
            Version = versions.Count == 1 ? versions.Single() : null,
            Bytes = KeyShape.Declared(declaration).Where(kind => kind != KeyObject.PublicKey)
                .Sum(kind => KeyShape.LengthOf(kind, parameters, declaration, seeded: false)),
        };
    }

    private async Task<T?> ReadAsync<T>(
        IKeySetGrain grain, string tenant, KeySetDescription description, KeyObject kind, CkksParameters parameters, HashSet<SealVersion> versions)
        where T : class
    {
        if (description.Objects.FirstOrDefault(item => item.Kind == kind) is not { } progress) return null;
        var bytes = new byte[progress.Total];
        for (var (piece, offset) = (0, 0); offset < bytes.Length; piece++)
        {
            var payload = await grain.ReadAsync(kind, piece);
            payload.Bytes.CopyTo(bytes, offset);
            offset += payload.Bytes.Length;
        }
        versions.Add(SealReader.ReadHeader(bytes).Version);
        return (T)await workers.RunAsync(tenant, () => KeyShape.Read(kind, parameters, description.Declaration, bytes));
    }
}
