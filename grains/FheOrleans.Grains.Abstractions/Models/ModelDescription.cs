using System.Collections.Immutable;
using Orleans;

namespace FheOrleans.Grains;

/// <summary>Who may use a model.</summary>
[GenerateSerializer, Alias("fhe.model-visibility")]
public enum ModelVisibility
{
    /// <summary>Its publisher only.</summary>
    Owner,

    /// <summary>Every data owner of the publisher's tenant.</summary>
    Tenant,

    /// <summary>Every data owner of the node: models of <see cref="GrainKeys.Public"/>, and only these.</summary>
    Public,
}

/// <summary>One version of a model.</summary>
[GenerateSerializer, Immutable, Alias("fhe.model-version")]
public sealed record ModelVersion
{
    /// <summary>The version, from 1.</summary>
    [Id(0)]
    public int Version { get; init; }

    /// <summary>SHA-256 of the network's JSON, in hexadecimal.</summary>
    [Id(1)]
    public required string Sha256 { get; init; }

    /// <summary>The network's layers in words, without weights.</summary>
    [Id(2)]
    public required string Summary { get; init; }

    /// <summary>When it was published.</summary>
    [Id(3)]
    public DateTimeOffset PublishedAt { get; init; }
}

/// <summary>A model.</summary>
[GenerateSerializer, Immutable, Alias("fhe.model-description")]
public sealed record ModelDescription
{
    /// <summary>The data owner who published it.</summary>
    [Id(0)]
    public required string Publisher { get; init; }

    /// <summary>The model's name.</summary>
    [Id(1)]
    public required string Model { get; init; }

    /// <summary>Who may use it.</summary>
    [Id(2)]
    public ModelVisibility Visibility { get; init; }

    /// <summary>Its versions, oldest first.</summary>
    [Id(3)]
    public ImmutableArray<ModelVersion> Versions { get; init; } = [];
}

/// <summary>What a data owner must know to use a model's version.</summary>
[GenerateSerializer, Immutable, Alias("fhe.model-plan")]
public sealed record ModelPlan
{
    /// <summary>The version.</summary>
    [Id(0)]
    public int Version { get; init; }

    /// <summary>The circuit's plan as JSON: form, parameters, levels, scales, keys; no weights.</summary>
    [Id(1)]
    public required byte[] PlanJson { get; init; }

    /// <summary>The compiler's report for people: levels, operations, bytes, predicted error.</summary>
    [Id(2)]
    public required string Report { get; init; }

    /// <summary>The circuit's form as text.</summary>
    [Id(3)]
    public required string Form { get; init; }

    /// <summary>The forms that serve the job, the chosen one first; empty where the form was named.</summary>
    [Id(4)]
    public ImmutableArray<PlanCandidate> Candidates { get; init; } = [];
}
