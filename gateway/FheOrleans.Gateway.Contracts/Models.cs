using System.Text.Json;
using System.Text.Json.Serialization;

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

/// <summary>Answer of <c>GET /v1/models</c>: what the caller may use.</summary>
/// <param name="Models">Models by their references: the caller's own, those its tenant shares, and public ones.</param>
public sealed record ModelList(IReadOnlyList<ListedModel> Models);

/// <summary>A model in a list.</summary>
/// <param name="Model">The model's reference, <c>publisher/model</c>.</param>
/// <param name="Visibility">Who may use it.</param>
/// <param name="Newest">Its newest version.</param>
public sealed record ListedModel(string Model, ModelVisibility Visibility, ModelVersionDescription Newest);

/// <summary>One version of a model.</summary>
/// <param name="Version">Counted from 1.</param>
/// <param name="Sha256">SHA-256 of the published network's bytes, lower-case hexadecimal.</param>
/// <param name="Published">When it was published.</param>
/// <param name="Summary">The network in one line, for people; empty where the node keeps none.</param>
public sealed record ModelVersionDescription(int Version, string Sha256, DateTimeOffset Published, string Summary);

/// <summary>What a data owner needs to know of a model to encrypt for it. It holds no weights.</summary>
/// <param name="Model">The model's reference, <c>publisher/model</c>.</param>
/// <param name="Version">The version it is for.</param>
/// <param name="Form">The circuit's form, asked for or chosen; <c>layout</c> on the wire.</param>
/// <param name="Plan">The circuit plan: parameters, levels, scales, rotation steps. <c>CircuitPlan.FromJson</c> reads its text.</param>
/// <param name="Report">The compiler's report as a text table.</param>
/// <param name="Candidates">The forms that serve the job, the chosen one first; empty where the form was asked for.</param>
public sealed record ModelPlan(
    string Model,
    int Version,
    [property: JsonPropertyName("layout")] string Form,
    JsonElement Plan,
    string Report,
    IReadOnlyList<PlanCandidate> Candidates);

/// <summary>A form that serves a job, and what the job is predicted to take in it, one step after another.</summary>
/// <param name="Form">The form; <c>layout</c> on the wire.</param>
/// <param name="EncryptSeconds">Seconds of encoding and encrypting at the client.</param>
/// <param name="EvaluateSeconds">Seconds of evaluation at the node.</param>
/// <param name="DecryptSeconds">Seconds of decrypting and decoding at the client.</param>
/// <param name="UploadBytes">Bytes of all ciphertexts to upload, uncompressed.</param>
/// <param name="ResultBytes">Bytes of all results.</param>
/// <param name="KeyBytes">Bytes of evaluation keys, uploaded once.</param>
/// <param name="PredictedError">The largest error that encryption is predicted to add to a forecast.</param>
public sealed record PlanCandidate(
    [property: JsonPropertyName("layout")] string Form,
    double EncryptSeconds,
    double EvaluateSeconds,
    double DecryptSeconds,
    long UploadBytes,
    long ResultBytes,
    long KeyBytes,
    double PredictedError);

/// <summary>What is to be forecast, for <c>GET</c> of a plan: the node chooses the form that takes the least time. Nothing in it is about
/// one animal, nor how many there are.</summary>
/// <param name="TimePoints">Time points of all animals together, 1 or more.</param>
/// <param name="Windows">Windows to be forecast, 1 or more.</param>
/// <param name="MaximumError">The largest error that encryption may add to a forecast; null for the node's own bound.</param>
public sealed record PlannedJob(int TimePoints, int Windows, double? MaximumError = null);
