using System.Text.Json.Serialization;

namespace FheOrleans.Gateway.Contracts;

/// <summary>
/// Body of <c>PUT /v1/subscriptions/{id}</c>: what to forecast after each appended time point. The same again changes nothing; another
/// declaration under the same id is a conflict.
/// </summary>
/// <param name="KeySet">The caller's key set, under which points are encrypted.</param>
/// <param name="Model">The model's reference, <c>publisher/model</c> or <c>public/model</c>.</param>
/// <param name="Version">The model's version. A newer one changes nothing until it is asked for.</param>
/// <param name="Form">The form of the circuit, <c>live</c>; <c>layout</c> on the wire.</param>
/// <param name="Places">How many slots hold animals: all that the node learns of the herd.</param>
/// <param name="CiphertextsPerChunk">Number of ciphertexts in a chunk of a point; the last chunk may hold fewer.</param>
/// <param name="Label">A name for people, at most 200 characters; visible to the node's operator.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record SubscriptionDeclaration(
    string KeySet,
    string Model,
    int Version,
    [property: JsonPropertyName("layout")] string Form,
    int Places,
    int CiphertextsPerChunk,
    string Label = "");

/// <summary>A subscription and where it is.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Declaration">What was declared, with the version in use.</param>
/// <param name="Status">Where it is in its life.</param>
/// <param name="WindowPoints">Time points in a window: so many until there is a forecast.</param>
/// <param name="ChunksPerPoint">Chunks of a point.</param>
/// <param name="Appended">The number of the last point the node has whole; 0 for none. The next one to append is the one after.</param>
/// <param name="Arriving">Chunks of the next point that are there already, ascending.</param>
/// <param name="Computed">The number of the last point that has been computed.</param>
/// <param name="FirstForecast">The first point after which there is, or will be, a forecast by the version in use.</param>
/// <param name="Failure">Why it failed; null unless it did.</param>
/// <param name="EvaluationSeconds">Seconds of evaluation, summed over all points.</param>
/// <param name="Created">When it was made, by the node's clock.</param>
public sealed record SubscriptionDescription(
    string Id,
    SubscriptionDeclaration Declaration,
    SubscriptionStatus Status,
    int WindowPoints,
    int ChunksPerPoint,
    int Appended,
    IReadOnlyList<int> Arriving,
    int Computed,
    int FirstForecast,
    string? Failure,
    double EvaluationSeconds,
    DateTimeOffset Created);

/// <summary>Answer to the upload of one chunk of a point.</summary>
/// <param name="Point">The point's number.</param>
/// <param name="ReceivedChunks">How many of its chunks the node has now.</param>
/// <param name="TotalChunks">How many it has.</param>
/// <param name="Complete">True when the point is appended: it is stored, and will be computed whatever happens.</param>
/// <param name="Appended">The number of the last point the node has whole.</param>
public sealed record PointReceipt(int Point, int ReceivedChunks, int TotalChunks, bool Complete, int Appended);

/// <summary>Body of <c>POST /v1/subscriptions/{id}/upgrade</c>: go over to another version of the model.</summary>
/// <param name="Version">The version.</param>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
public sealed record UpgradeRequest(int Version);
