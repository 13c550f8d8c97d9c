using System.Globalization;
using System.Text.Json;
using FheOrleans.Gateway.Bodies;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Grains;
using Microsoft.AspNetCore.Http;
using Orleans.Runtime;

namespace FheOrleans.Gateway.Problems;

/// <summary>What each error is on the wire: the one table of it.</summary>
internal static class ProblemMapping
{
    /// <summary>The problem an error becomes; null for one that is the node's own fault.</summary>
    public static ProblemBody? Of(Exception fault) => fault switch
    {
        Refusal refusal => refusal.Body,
        InvalidPayloadException invalid => new(
            ProblemTypes.InvalidPayload, "Invalid payload", StatusCodes.Status400BadRequest, invalid.Message, invalid.Found, invalid.Expected),
        SecretMaterialRefusedException secret => new(
            ProblemTypes.SecretMaterial, "Secret material refused", StatusCodes.Status400BadRequest, secret.Message,
            "an object with the form of a plaintext or a secret key", secret.Expected),
        AccessRefusedException refused => new(ProblemTypes.Forbidden, "Forbidden", StatusCodes.Status403Forbidden, refused.Message),
        NotFoundException missing => new(ProblemTypes.NotFound, "Not found", StatusCodes.Status404NotFound, missing.Message),
        ConflictException conflict => new(
            ProblemTypes.Conflict, "Conflict", StatusCodes.Status409Conflict, conflict.Message, conflict.Found, conflict.Expected),
        Grains.LimitExceededException limit => new(
            ProblemTypes.TooLarge, "Over a limit", StatusCodes.Status413PayloadTooLarge, limit.Message,
            limit.Value.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"at most {limit.Limit}")),
        QuotaExceededException quota => Over(quota.Quota, quota.Found, quota.Limit, quota.RetryAfterSeconds, quota.Message),
        NotReadyException early => new(
            ProblemTypes.NotReady, "Not ready", StatusCodes.Status422UnprocessableEntity, early.Message,
            $"without {early.Missing}", $"{early.What}, whole"),
        BadHttpRequestException bad => OfBadRequest(bad),
        BudgetExhaustedException => Busy("The node holds as many uploads in memory as it may. Send it again after the time in Retry-After."),
        StorageException { IsTransient: true } => Busy("The node's storage does not answer just now. Ask what became of it before sending it again."),
        OrleansException => Busy("The node, or a silo of its cluster, is stopping, starting or has failed. Send it again after the time in Retry-After."),
        TimeoutException => Busy("The node is too busy to answer in time. Ask what became of it before sending it again."),
        _ => null,
    };

    /// <summary>The problem of a limit that was met: 429 where waiting helps, 413 where it does not.</summary>
    public static ProblemBody Over(string limit, long found, long value, int? retryAfter, string detail) => new(
        retryAfter is null ? ProblemTypes.OverQuota : ProblemTypes.TooMany,
        retryAfter is null ? "Over a quota" : "Too many",
        retryAfter is null ? StatusCodes.Status413PayloadTooLarge : StatusCodes.Status429TooManyRequests,
        detail,
        found.ToString(CultureInfo.InvariantCulture),
        string.Create(CultureInfo.InvariantCulture, $"at most {value}"),
        limit,
        value,
        retryAfter);

    /// <summary>The problem of an answer that has a status and nothing else.</summary>
    public static ProblemBody? OfStatus(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => new(
            ProblemTypes.Unauthenticated, "Unauthenticated", status,
            "There is no token in the request, or none that the node knows. Send 'Authorization: Bearer fo.…'; a data owner gets its token by joining."),
        StatusCodes.Status403Forbidden => new(
            ProblemTypes.Forbidden, "Forbidden", status,
            "This token may not do this. The operator makes tenants, administrators run theirs, owners have keys, data and inferences, publishers models."),
        StatusCodes.Status404NotFound => Refusal.NotFound().Body,
        StatusCodes.Status405MethodNotAllowed => new(
            ProblemTypes.MethodNotAllowed, "Method not allowed", status, "This address takes other methods; the header Allow lists them."),
        StatusCodes.Status413PayloadTooLarge => new(ProblemTypes.TooLarge, "Too large", status, "The body is larger than this route takes."),
        StatusCodes.Status415UnsupportedMediaType => new(
            ProblemTypes.UnsupportedMediaType, "Unsupported media type", status, "The body has another content type than this route takes."),
        >= 400 and < 500 => new(ProblemTypes.InvalidRequest, "Invalid request", status, "The request is not one this route takes."),
        _ => null,
    };

    // The framework's messages quote the request; these do not.
    private static ProblemBody OfBadRequest(BadHttpRequestException bad) => bad switch
    {
        { StatusCode: not StatusCodes.Status400BadRequest } => OfStatus(bad.StatusCode)
            ?? new(ProblemTypes.InvalidRequest, "Invalid request", bad.StatusCode, "The request could not be read."),
        { InnerException: JsonException json } => Refusal.Invalid(
            "The JSON of the body is not what this route takes: a syntax error, a member that is missing, unknown or twice, or a value of " +
            "another type. docs/http-api.md has every body.",
            string.Create(CultureInfo.InvariantCulture, $"a fault at line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}")).Body,
        _ => Refusal.Invalid(
            "A value in the path or the query is missing or of another type, or the body is empty. docs/http-api.md has every route.").Body,
    };

    private static ProblemBody Busy(string detail) => new(ProblemTypes.Busy, "Busy", StatusCodes.Status503ServiceUnavailable, detail);
}
