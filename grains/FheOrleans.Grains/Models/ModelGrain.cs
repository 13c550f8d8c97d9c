using System.Collections.Immutable;
using System.Security.Cryptography;
using FheOrleans.Grains.Storage;
using FheOrleans.Grains.Tenants;
using FheOrleans.Grains.Workers;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Models;

/// <summary>Keeps the versions of one model. Networks are read and compiled on intake threads.</summary>
/// <remarks>Not reentrant, so that version numbers have no gaps; plans are read beside each other.</remarks>
internal sealed class ModelGrain(
    [PersistentState("model")] IPersistentState<ModelState> state,
    IPayloadStore payloads,
    IntakeWorkers workers,
    CircuitCache circuits,
    TimeProvider time,
    IOptions<FheGrainsOptions> options,
    ILogger<ModelGrain> log) : Grain, IModelGrain
{
    // The publisher is the owner in the key: the model lies among what that data owner has.
    private OwnedKey Key => OwnedKey.Parse(this.GetPrimaryKeyString());

    /// <inheritdoc/>
    public async Task<int> PublishAsync(byte[] networkJson, ModelVisibility visibility, string publisher)
    {
        if (networkJson.Length > Limits.NetworkBytes)
            throw new LimitExceededException("bytes of a network", networkJson.Length, Limits.NetworkBytes);
        CheckPublisher(visibility, publisher);
        var sha256 = await workers.RunAsync(Key.Tenant, () => Convert.ToHexString(SHA256.HashData(networkJson)));
        if (state.State.Versions.Find(known => known.Sha256 == sha256) is { } same)
        {
            if (state.State.Visibility != visibility)
            {
                state.State.Visibility = visibility;
                await this.SaveAsync(state);
            }
            await AnnounceAsync();
            return same.Version;
        }
        var version = state.State.Versions.Count + 1;
        if (version > options.Value.MaximumModelVersions)
            throw new LimitExceededException("versions of a model", version, options.Value.MaximumModelVersions);
        var summary = await workers.RunAsync(Key.Tenant, () => CheckUsable(networkJson));

        await using var room = await GrainFactory.ReserveBytesAsync(Key.Tenant, networkJson.Length);
        await GrainFactory.GetGrain<IDataOwnerGrain>(Key.DataOwner).RegisterAsync(CatalogKind.Model, Key.Name);
        await payloads.WriteAsync(PayloadKeys.Network(Key, version), networkJson);
        state.State.Versions.Add(new() { Version = version, Sha256 = sha256, Summary = summary, PublishedAt = time.GetUtcNow() });
        if (version == 1) (state.State.Publisher, state.State.Incarnation) = (publisher, Guid.NewGuid());
        state.State.Visibility = visibility;
        await this.SaveAsync(state);
        await AnnounceAsync();
        log.VersionPublished(Key.Tenant, Key.Owner, Key.Name, version);
        return version;
    }

    /// <inheritdoc/>
    public Task<ModelDescription> DescribeAsync(string reader)
    {
        CheckReader(reader);
        return Task.FromResult(new ModelDescription
        {
            Publisher = Key.Owner,
            Model = Key.Name,
            Visibility = state.State.Visibility,
            Versions = [.. state.State.Versions],
        });
    }

    /// <inheritdoc/>
    public async Task<ModelPlan> PlanAsync(string reader, int version, PlanRequest request)
    {
        CheckReader(reader);
        CheckVersion(version);
        if (request.Form is { } form) return await PlanAsync(version, await CircuitAsync(version, form), 1, []);

        var shape = JobShapes.Of(request);
        var candidates = await circuits.ChooseAsync(this.GetPrimaryKeyString(), version, Sha256Of(version), shape, () => ReadNetworkAsync(version));
        var circuit = await CircuitAsync(version, candidates[0].Form);
        return await PlanAsync(version, circuit, shape.Batches(circuit.Plan), candidates);
    }

    /// <inheritdoc/>
    public async Task<Payload> ReadNetworkAsync(string reader, int version)
    {
        CheckReader(reader);
        CheckVersion(version);
        return new() { Bytes = await ReadNetworkAsync(version) };
    }

    /// <inheritdoc/>
    public Task<string> ReadSha256Async(string reader, int version)
    {
        CheckReader(reader);
        CheckVersion(version);
        return Task.FromResult(Sha256Of(version));
    }

    /// <inheritdoc/>
    public Task<string?> ReadPublisherAsync() => Task.FromResult(state.State.Versions.Count > 0 ? state.State.Publisher : null);

    /// <inheritdoc/>
    public Task<Guid> ReadIncarnationAsync() => Task.FromResult(Incarnations.Of(state.State.Versions.Count > 0, state.State.Incarnation));

    /// <inheritdoc/>
    public async Task DeleteAsync(Guid incarnation)
    {
        if (state.State.Versions.Count > 0 && await ReadIncarnationAsync() != incarnation) return;
        if (state.RecordExists) await state.ClearStateAsync();
        await payloads.DeleteAsync(PayloadKeys.Model(Key));
        circuits.Drop(this.GetPrimaryKeyString());
        await Directory.ForgetAsync($"{Key.Owner}/{Key.Name}");
        await GrainFactory.GetGrain<IDataOwnerGrain>(Key.DataOwner).ForgetAsync(CatalogKind.Model, Key.Name);
        DeactivateOnIdle();
    }

    /// <summary>
    /// A network is of use if at least one layout has a circuit for it; if none has, the herd layout, which asks for less, says why.
    /// </summary>
    private static string CheckUsable(byte[] networkJson)
    {
        try
        {
            CircuitCache.Compile(networkJson, "series");
        }
        catch (InvalidPayloadException)
        {
            CircuitCache.Compile(networkJson, "herd");
        }
        return Network.FromJson(networkJson).Describe();
    }

    private async Task<ModelPlan> PlanAsync(int version, CompiledCircuit circuit, int batches, ImmutableArray<PlanCandidate> candidates) => new()
    {
        Version = version,
        Form = circuit.Plan.Form.ToString(),
        PlanJson = circuit.Plan.ToJson(),
        Report = await circuits.DescribeAsync(circuit, batches),
        Candidates = candidates,
    };

    private Task<CompiledCircuit> CircuitAsync(int version, string form) =>
        circuits.GetAsync(this.GetPrimaryKeyString(), version, Sha256Of(version), form, () => ReadNetworkAsync(version));

    private string Sha256Of(int version) => state.State.Versions[version - 1].Sha256;

    private IModelDirectoryGrain Directory => GrainFactory.GetGrain<IModelDirectoryGrain>(GrainKeys.ModelDirectory(Key.Tenant));

    private Task AnnounceAsync() => Directory.AnnounceAsync(new()
    {
        Reference = $"{Key.Owner}/{Key.Name}",
        Visibility = state.State.Visibility,
        Newest = state.State.Versions[^1],
    });

    /// <summary>A public model's name is taken by who publishes it first: others would speak in its publisher's name.</summary>
    private void CheckPublisher(ModelVisibility visibility, string publisher)
    {
        var isPublic = Key.Tenant == GrainKeys.Public;
        if (!Enum.IsDefined(visibility) || (visibility == ModelVisibility.Public) != isPublic)
            throw new InvalidPayloadException("visibility", $"{visibility}", isPublic ? "Public" : "Owner or Tenant");
        if (isPublic && state.State.Versions.Count > 0 && publisher.Length > 0 && publisher != state.State.Publisher)
            throw new AccessRefusedException($"the public model '{Key.Name}' is somebody else's. Choose another name.");
    }

    private async Task<byte[]> ReadNetworkAsync(int version) =>
        await payloads.ReadAsync(PayloadKeys.Network(Key, version)) ?? throw new NotFoundException("version of the model", $"{version}");

    private void CheckReader(string reader)
    {
        if (state.State.Versions.Count == 0) throw this.Missing("model", $"{Key.Owner}/{Key.Name}");
        if (reader != Key.Owner && state.State.Visibility == ModelVisibility.Owner)
            throw new NotFoundException("model", $"{Key.Owner}/{Key.Name}");
    }

    private void CheckVersion(int version)
    {
        if (version < 1 || version > state.State.Versions.Count)
            throw new NotFoundException($"version of the model '{Key.Owner}/{Key.Name}'", $"{version}");
    }
}
