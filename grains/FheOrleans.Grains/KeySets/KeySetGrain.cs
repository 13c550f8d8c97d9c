using FheOrleans.Ckks;
using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Tenants;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.KeySets;

/// <summary>
/// Holds one data owner's parameters and public, relinearization and Galois keys. Pieces of an upload are staged in the payload store; an
/// object enters the state whole and checked, or not at all.
/// </summary>
/// <remarks>
/// Not reentrant: uploads of one key set are one after another. Only reading by workers interleaves, and it changes nothing. The keys are
/// megabytes, and workers keep what they need of them in a form of their own: an activation has them in memory while somebody reads them
/// piece by piece, and not beyond (<c>KeySetGrain.Material.cs</c>).
/// </remarks>
[CollectionAgeLimit(Minutes = 2)]
internal sealed partial class KeySetGrain(
    [PersistentState("key-set")] IPersistentState<KeySetState> keySet,
    [PersistentState("public-key")] IPersistentState<KeyMaterialState> publicKey,
    [PersistentState("relinearization-keys")] IPersistentState<KeyMaterialState> relinearizationKeys,
    [PersistentState("galois-keys")] IPersistentState<KeyMaterialState> galoisKeys,
    ParametersCatalog parametersCatalog,
    IPayloadStore payloads,
    KeyIntake intake,
    KeyCache cache,
    IOptions<FheGrainsOptions> options,
    ILogger<KeySetGrain> log) : Grain, IKeySetGrain
{
    private OwnedKey Key => OwnedKey.Parse(this.GetPrimaryKeyString());

    private KeySetDeclaration Declaration => keySet.State.Declaration ?? throw this.Missing("key set", Key.Name);

    /// <inheritdoc/>
    public async Task<KeySetDescription> DeclareAsync(KeySetDeclaration declaration)
    {
        if (keySet.State.Declaration is { } existing)
        {
            if (!Same(existing, declaration))
            {
                throw new ConflictException(
                    $"key set '{Key.Name}'", "another declaration", "the one it was declared with",
                    "Use another name, or delete the key set first.");
            }
            return Describe();
        }
        Check(declaration, await parametersCatalog.ReadAsync(Key.Tenant, declaration.Parameters));
        await using var room = await GrainFactory.ReserveAsync(Key.Tenant, new() { KeySets = 1 });
        await GrainFactory.GetGrain<IDataOwnerGrain>(Key.DataOwner).RegisterAsync(CatalogKind.KeySet, Key.Name);
        await EraseMaterialAsync(); // Of a deletion that was cut off: nothing of other keys may stay under these.
        keySet.State = new()
        {
            Declaration = declaration,
            Generation = Guid.NewGuid(),
            Objects = [.. KeyShape.Declared(declaration).Select(kind => new KeyObjectProgress { Kind = kind })],
        };
        await this.SaveAsync(keySet);
        log.KeySetDeclared(Key.Tenant, Key.Owner, Key.Name);
        return Describe();
    }

    /// <inheritdoc/>
    public Task<KeySetDescription> DescribeAsync() => Task.FromResult(Describe());

    /// <inheritdoc/>
    public Task<Guid> ReadIncarnationAsync() => Task.FromResult(keySet.State.Generation);

    /// <inheritdoc/>
    public async Task DeleteAsync(Guid incarnation)
    {
        if (keySet.State.Declaration is not null && keySet.State.Generation != incarnation) return;
        // The declaration goes first: from then on nothing of the rest can be reached. What a deletion that was cut off left goes all
        // the same.
        if (keySet.RecordExists) await keySet.ClearStateAsync();
        await EraseMaterialAsync();
        cache.Drop(this.GetPrimaryKeyString());
        await GrainFactory.GetGrain<IDataOwnerGrain>(Key.DataOwner).ForgetAsync(CatalogKind.KeySet, Key.Name);
        log.KeySetDeleted(Key.Tenant, Key.Owner, Key.Name);
        DeactivateOnIdle();
    }

    private static bool Same(KeySetDeclaration left, KeySetDeclaration right) =>
        left.Parameters.AsSpan().SequenceEqual(right.Parameters)
        && left.RotationSteps.Order().SequenceEqual(right.RotationSteps.Order())
        && left.Conjugation == right.Conjugation
        && left.Relinearization == right.Relinearization;

    private void Check(KeySetDeclaration declaration, CkksParameters parameters)
    {
        var steps = declaration.RotationSteps;
        if (steps.Length > options.Value.MaximumRotationSteps)
            throw new LimitExceededException("rotation steps", steps.Length, options.Value.MaximumRotationSteps);
        if (steps.Distinct().Count() != steps.Length) throw new InvalidPayloadException("rotation steps", "a step twice", "each step once");
        foreach (var step in steps)
        {
            if (step == 0 || step <= -parameters.SlotCount || step >= parameters.SlotCount)
                throw new InvalidPayloadException("rotation step", $"{step}", $"1 to {parameters.SlotCount - 1}, to either side");
        }
        foreach (var kind in KeyShape.Declared(declaration))
        {
            if (kind != KeyObject.PublicKey && parameters.Primes.Length < 2)
                throw new InvalidPayloadException("parameters", "one prime", "a special prime beside it, which key switching needs");
            var length = KeyShape.LengthOf(kind, parameters, declaration, seeded: true);
            if (length > options.Value.MaximumKeyObjectBytes)
                throw new LimitExceededException($"bytes of the {KeyShape.NameOf(kind)}", length, options.Value.MaximumKeyObjectBytes);
        }
    }

    private KeySetDescription Describe() => new()
    {
        KeySet = Key.Name,
        Declaration = Declaration,
        Generation = keySet.State.Generation,
        Objects = [.. keySet.State.Objects],
        Sha256 = Sha256(),
    };

    private KeyObjectProgress Declared(KeyObject kind)
    {
        _ = Declaration;
        return keySet.State.IndexOf(kind) is >= 0 and var index
            ? keySet.State.Objects[index]
            : throw new InvalidPayloadException("key object", $"{kind}", "one that the key set was declared with");
    }
}
