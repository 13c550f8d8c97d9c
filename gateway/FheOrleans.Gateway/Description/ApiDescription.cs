using System.Globalization;
using FheOrleans.Gateway.Bodies;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Endpoints;
using FheOrleans.Gateway.Health;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace FheOrleans.Gateway.Description;

/// <summary>
/// What the node says about its own routes beyond what their signatures say: who may call, which bytes go in and out, and which problems may
/// come back. All of it is read from what the endpoints themselves are held to.
/// </summary>
internal static class ApiDescription
{
    private const string Bearer = "bearer";
    private const string Problem = "application/problem+json";
    private const string Octets = "application/octet-stream";
    private const string AnyProblem = "problem";

    public static void Configure(OpenApiOptions api) => api
        .AddDocumentTransformer(DescribeNodeAsync)
        .AddOperationTransformer(DescribeOperationAsync);

    private static async Task DescribeNodeAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Info = new OpenApiInfo
        {
            Title = "FheOrleans gateway",
            Version = GatewayVersion.Text,
            Description = "Forecasts from encrypted herd records. docs/http-api.md is the same for people. Predictions are also pushed, in order and numbered, by the "
                + $"SignalR hub at {PredictionHubContract.Path} (protocol json): call {PredictionHubContract.Listen}(after), hear {PredictionHubContract.Prediction}(PredictionMessage).",
        };
        document.Components ??= new OpenApiComponents();
        (document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>())[Bearer] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = Bearer,
            BearerFormat = "fo.tenant.name.secret",
            Description = "A member's token, fo.<tenant>.<name>.<secret>, got by joining; or the operator's, fo.operator.<secret>.",
        };
        var body = await context.GetOrCreateSchemaAsync(typeof(ProblemBody), cancellationToken: cancellation);
        document.AddComponent(nameof(ProblemBody), body);
        (document.Components.Responses ??= new Dictionary<string, IOpenApiResponse>())[AnyProblem] = new OpenApiResponse
        {
            Description = "A refusal: docs/http-api.md has the table of types. 429 and 503 come with Retry-After.",
            Content = new Dictionary<string, OpenApiMediaType>
            {
                [Problem] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(nameof(ProblemBody), document) },
            },
        };
    }

    private static Task DescribeOperationAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var roles = metadata.OfType<RequiredRoles>().FirstOrDefault();
        var limit = metadata.OfType<BodyLimit>().FirstOrDefault();
        if (roles is not null)
        {
            operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, context.Document)] = [] }];
            operation.Description = $"For: {string.Join(", ", roles.Roles.Select(role => role.ToString().ToLowerInvariant()))}.";
        }
        if (limit is { MediaType: Octets } && operation.RequestBody is OpenApiRequestBody request)
        {
            request.Description = string.Create(CultureInfo.InvariantCulture, $"As SEAL writes it; at most {limit.MaximumBytes} bytes.");
            request.Content = new Dictionary<string, OpenApiMediaType> { [Octets] = Bytes() };
        }
        var responses = operation.Responses ??= [];
        if (metadata.OfType<AnswersNothing>().Any() && responses.Remove("200")) responses["204"] = new OpenApiResponse { Description = "It is done." };
        foreach (var media in metadata.OfType<AnswersBytes>())
            responses["200"] = new OpenApiResponse { Description = media.What, Content = new Dictionary<string, OpenApiMediaType> { [Octets] = Bytes() } };
        foreach (var status in Refusals(context, roles, limit, metadata.OfType<StartsWork>().Any() || metadata.OfType<TellsHealth>().Any()))
            responses.TryAdd(status.ToString(CultureInfo.InvariantCulture), new OpenApiResponseReference(AnyProblem, context.Document));
        responses.TryAdd("default", new OpenApiResponseReference(AnyProblem, context.Document));
        return Task.CompletedTask;
    }

    private static IEnumerable<int> Refusals(OpenApiOperationTransformerContext context, RequiredRoles? roles, BodyLimit? limit, bool mayBeTurnedAway)
    {
        if (limit is not null || context.Description.ParameterDescriptions.Count > 0) yield return StatusCodes.Status400BadRequest;
        if (roles is not null)
        {
            yield return StatusCodes.Status401Unauthorized;
            yield return StatusCodes.Status403Forbidden;
            yield return StatusCodes.Status429TooManyRequests;
        }
        if (context.Description.RelativePath?.Contains('{', StringComparison.Ordinal) == true) yield return StatusCodes.Status404NotFound;
        if (limit is not null)
        {
            if (limit.LengthRequired) yield return StatusCodes.Status411LengthRequired;
            yield return StatusCodes.Status413PayloadTooLarge;
            yield return StatusCodes.Status415UnsupportedMediaType;
        }
        if (limit is not null || mayBeTurnedAway) yield return StatusCodes.Status503ServiceUnavailable;
    }

    private static OpenApiMediaType Bytes() => new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } };
}

/// <summary>An endpoint that answers with bytes and not with JSON.</summary>
/// <param name="What">What they are.</param>
internal sealed record AnswersBytes(string What);

/// <summary>An endpoint that answers 204 and nothing else.</summary>
internal sealed record AnswersNothing;

/// <summary>How an endpoint says what its signature does not.</summary>
internal static class DescriptionConventions
{
    public static TBuilder AnswersBytes<TBuilder>(this TBuilder endpoint, string what)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new AnswersBytes(what));

    public static TBuilder AnswersNothing<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new AnswersNothing());
}
