using System.Text.Json;

namespace FheOrleans.Gateway.Contracts;

/// <summary>Answer to <c>POST /v1/models/{model}/versions</c>.</summary>
/// <param name="Model">The model's reference, <c>publisher/model</c>.</param>
/// <param name="Version">The version these bytes have, counted from 1. The same bytes again give the same version.</param>
public sealed record PublishedVersion(string Model, int Version);

/// <summary>A model as those see it who may use it.</summary>
/// <param name="Model">The model's reference, <c>publisher/model</c>.</param>
/// <param name="Visibility">Who may use it.</param>
/// <param name="Versions">Its versions, ascending.</param>
public sealed record ModelDescription(string Model, ModelVisibility Visibility, IReadOnlyList<ModelVersionDescription> Versions);

/// <summary>One version of a model.</summary>
/// <param name="Version">Counted from 1.</param>
/// <param name="Sha256">SHA-256 of the published network's bytes, lower-case hexadecimal.</param>
/// <param name="Published">When it was published.</param>
/// <param name="Summary">The network in one line, for people; empty where the node keeps none.</param>
public sealed record ModelVersionDescription(int Version, string Sha256, DateTimeOffset Published, string Summary);

/// <summary>What a data owner needs to know of a model to encrypt for it. It holds no weights.</summary>
/// <param name="Model">The model's reference, <c>publisher/model</c>.</param>
/// <param name="Version">The version it is for.</param>
/// <param name="Layout">The layout it is for.</param>
/// <param name="Plan">The circuit plan: parameters, levels, scales, rotation steps. <c>CircuitPlan.FromJson</c> reads its text.</param>
/// <param name="Report">The compiler's report as a text table.</param>
public sealed record ModelPlan(string Model, int Version, DataLayout Layout, JsonElement Plan, string Report);
