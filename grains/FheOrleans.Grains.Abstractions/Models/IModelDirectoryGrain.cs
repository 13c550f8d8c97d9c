using System.Collections.Immutable;
using Orleans;
using Orleans.Concurrency;

namespace FheOrleans.Grains;

/// <summary>
/// Lists the models that the members of one tenant share, or those that are public. Key: the tenant, or <see cref="GrainKeys.Public"/>.
/// </summary>
[Alias("fhe.model-directory")]
public interface IModelDirectoryGrain : IGrainWithStringKey
{
    /// <summary>Enters a model, in place of what was known of it. Called by the model when a version is published.</summary>
    /// <param name="listing">The model as it stands.</param>
    /// <returns>When it is stored.</returns>
    [Alias("announce")]
    Task AnnounceAsync(ModelListing listing);

    /// <summary>Strikes a model off. Striking off what is not there is no error.</summary>
    /// <param name="reference">The model's reference, <c>publisher/model</c>.</param>
    /// <returns>When it is stored.</returns>
    [Alias("forget")]
    Task ForgetAsync(string reference);

    /// <summary>The models that a member may use, by reference.</summary>
    /// <param name="reader">The member's name.</param>
    /// <returns>The models.</returns>
    [Alias("read"), ReadOnly]
    Task<ImmutableArray<ModelListing>> ReadAsync(string reader);
}

/// <summary>A model in a list.</summary>
[GenerateSerializer, Immutable, Alias("fhe.model-listing")]
public sealed record ModelListing
{
    /// <summary>Its reference, <c>publisher/model</c>.</summary>
    [Id(0)]
    public required string Reference { get; init; }

    /// <summary>Who may use it.</summary>
    [Id(1)]
    public ModelVisibility Visibility { get; init; }

    /// <summary>Its newest version.</summary>
    [Id(2)]
    public required ModelVersion Newest { get; init; }
}
