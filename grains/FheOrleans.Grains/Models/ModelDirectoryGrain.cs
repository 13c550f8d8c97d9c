using System.Collections.Immutable;
using FheOrleans.Grains.Storage;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Grains.Models;

/// <summary>Lists models. What it says of one is for people: whether it may be used, the model itself says.</summary>
/// <remarks>A crash between a publication and its announcement leaves the list behind; publishing the same again announces it.</remarks>
internal sealed class ModelDirectoryGrain([PersistentState("directory")] IPersistentState<ModelDirectoryState> state) : Grain, IModelDirectoryGrain
{
    /// <inheritdoc/>
    public Task AnnounceAsync(ModelListing listing)
    {
        if (state.State.Models.GetValueOrDefault(listing.Reference) == listing) return Task.CompletedTask;
        state.State.Models[listing.Reference] = listing;
        return this.SaveAsync(state);
    }

    /// <inheritdoc/>
    public Task ForgetAsync(string reference) => state.State.Models.Remove(reference) ? this.SaveAsync(state) : Task.CompletedTask;

    /// <inheritdoc/>
    public Task<ImmutableArray<ModelListing>> ReadAsync(string reader)
    {
        if (!state.RecordExists) DeactivateOnIdle();
        return Task.FromResult<ImmutableArray<ModelListing>>([.. state.State.Models.Values
            .Where(model => model.Visibility != ModelVisibility.Owner || model.Reference.StartsWith(reader + "/", StringComparison.Ordinal))
            .OrderBy(model => model.Reference, StringComparer.Ordinal)]);
    }
}

/// <summary>What the grain remembers.</summary>
[GenerateSerializer, Alias("fhe.state.model-directory")]
internal sealed class ModelDirectoryState
{
    /// <summary>By reference.</summary>
    [Id(0)]
    public Dictionary<string, ModelListing> Models { get; set; } = [];
}
