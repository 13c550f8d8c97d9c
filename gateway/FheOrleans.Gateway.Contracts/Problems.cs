using System.Text.Json.Serialization;

namespace FheOrleans.Gateway.Contracts;

/// <summary>The body of every refusal, <c>application/problem+json</c> (RFC 9457). It never holds a byte of what was sent.</summary>
/// <param name="Type">One of <see cref="ProblemTypes"/>.</param>
/// <param name="Title">The kind of problem in a few words.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What happened and what to do.</param>
/// <param name="Found">What was found; null where there is nothing to compare.</param>
/// <param name="Expected">What was expected; null where there is nothing to compare.</param>
/// <param name="Limit">The name of the limit that was met: <c>stored-bytes</c>, <c>requests-per-minute</c>; null where it was none.</param>
/// <param name="Value">The value of that limit.</param>
/// <param name="RetryAfter">When to try again, in seconds, as in the header <c>Retry-After</c>; null where waiting does not help.</param>
public sealed record ProblemBody(
    string Type,
    string Title,
    int Status,
    string Detail,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Found = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Expected = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Limit = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] long? Value = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? RetryAfter = null);

/// <summary>The values of <see cref="ProblemBody.Type"/>. A client may branch on them; they never change their meaning.</summary>
public static class ProblemTypes
{
    private const string Prefix = "urn:fheorleans:problem:";

    /// <summary>400: the body, a name or a number in the request is not what the route takes.</summary>
    public const string InvalidRequest = Prefix + "invalid-request";

    /// <summary>400: an uploaded object is not what it should be; it was not stored.</summary>
    public const string InvalidPayload = Prefix + "invalid-payload";

    /// <summary>
    /// 400: the upload has the form of a SEAL secret key or plaintext; it was not stored, and a secret key that has left its machine
    /// should be replaced.
    /// </summary>
    public const string SecretMaterial = Prefix + "secret-material";

    /// <summary>401: no token, or one the node does not know.</summary>
    public const string Unauthenticated = Prefix + "unauthenticated";

    /// <summary>403: the token is good and may not do this.</summary>
    public const string Forbidden = Prefix + "forbidden";

    /// <summary>404: there is no such thing among what the caller may see.</summary>
    public const string NotFound = Prefix + "not-found";

    /// <summary>405: the path exists, the method does not.</summary>
    public const string MethodNotAllowed = Prefix + "method-not-allowed";

    /// <summary>409: something else is there under this name already.</summary>
    public const string Conflict = Prefix + "conflict";

    /// <summary>411: an upload must state its length.</summary>
    public const string LengthRequired = Prefix + "length-required";

    /// <summary>413: a body, or what it would make the node hold, is over a limit.</summary>
    public const string TooLarge = Prefix + "too-large";

    /// <summary>413: the tenant has as much as it may; <see cref="ProblemBody.Limit"/> says of what. Delete something, or ask for more.</summary>
    public const string OverQuota = Prefix + "over-quota";

    /// <summary>
    /// 429: more at a time, or in a minute, than there may be; <see cref="ProblemBody.Limit"/> says of what. Try again after <c>Retry-After</c>.
    /// </summary>
    public const string TooMany = Prefix + "too-many";

    /// <summary>415: the body's content type is not the one the route takes.</summary>
    public const string UnsupportedMediaType = Prefix + "unsupported-media-type";

    /// <summary>422: something this needs is not there yet.</summary>
    public const string NotReady = Prefix + "not-ready";

    /// <summary>503: the node is busy or stopping; try again after <c>Retry-After</c>.</summary>
    public const string Busy = Prefix + "busy";

    /// <summary>500: a fault of the node; its log has the reason under the trace id of the answer.</summary>
    public const string Internal = Prefix + "internal";
}
