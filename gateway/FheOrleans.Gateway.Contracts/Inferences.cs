using System.Text.Json.Serialization;

namespace FheOrleans.Gateway.Contracts;

/// <summary>
/// Body of <c>PUT /v1/inferences/{id}</c>. The same request again changes nothing; another request under the same id is a conflict.
/// </summary>
/// <param name="KeySet">The caller's key set.</param>
/// <param name="Dataset">The caller's dataset, encrypted under that key set.</param>
/// <param name="Model">The model's reference, <c>publisher/model</c>.</param>
/// <param name="Version">The model's version.</param>
/// <param name="Form">The circuit form the dataset was packed for; <c>layout</c> on the wire.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record InferenceRequest(
    string KeySet, string Dataset, string Model, int Version, [property: JsonPropertyName("layout")] string Form);

/// <summary>An inference and where it is.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Request">What was asked.</param>
/// <param name="Status">Where it is in its life.</param>
/// <param name="Parts">How many parts it has: one per batch of the dataset.</param>
/// <param name="PartsCompleted">How many parts have their results stored.</param>
/// <param name="EvaluationSeconds">Seconds of evaluation, summed over the finished parts.</param>
/// <param name="Failure">Why it failed; null unless it did.</param>
/// <param name="Accepted">When it was accepted, by the node's clock.</param>
/// <param name="Ended">When it ended; null before.</param>
public sealed record InferenceDescription(
    string Id,
    InferenceRequest Request,
    InferenceStatus Status,
    int Parts,
    int PartsCompleted,
    double EvaluationSeconds,
    string? Failure,
    DateTimeOffset Accepted,
    DateTimeOffset? Ended);
