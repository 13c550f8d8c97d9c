using System.Net;
using System.Text.RegularExpressions;
using FheOrleans.Client.Nodes;
using FheOrleans.Node.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace FheOrleans.Node.Tests.Contract;

/// <summary>
/// Holds every route the node has against the rules of all. The routes are asked of the node itself, so none can be forgotten here; who may
/// call which, and on what, is the isolation matrix.
/// </summary>
public sealed partial class RouteProtectionTests : IAsyncLifetime
{
    private static readonly string[] ForAnyone =
        ["GET /health", "GET /health/live", "GET /health/ready", "GET /v1/node", "POST /v1/join", "GET /openapi/v1.json"];

    private TestNode _node = null!;
    private JoinedOwner _hill = null!;
    private JoinedOwner _moor = null!;

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartAsync();
        _hill = await _node.JoinAsync("vale", "hill");
        _moor = await _node.JoinAsync("vale", "moor");
    }

    public Task DisposeAsync() => _node.DisposeAsync().AsTask();

    [Fact]
    public void EveryRoute_ButThoseForAnyone_NeedsAToken()
    {
        var open = Endpoints().Where(endpoint => endpoint.Endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null);

        Assert.Equal(ForAnyone.Order(), open.Select(endpoint => $"{endpoint.Method} {endpoint.Template}").Order());
    }

    [Fact]
    public async Task EveryRoute_NoTokenOrAWrongOne_Is401AsAProblem()
    {
        string?[] tokens =
        [
            null, "", "fo", "fo.operator.", "fo.operator.0000", $"fo.vale.hill.{new string('0', 64)}", "fo.vale.nobody.0000",
            "fo.nowhere.hill.0000", "fo.VALE.hill.0000", "fo.../../x.hill.0000", new string('x', 5000),
            _hill.Token[..^1], _hill.Token + "0", _hill.Token.Replace("hill", "moor", StringComparison.Ordinal),
        ];
        foreach (var (number, token) in tokens.Index())
        {
            using var http = _node.Http();
            if (token is not null) http.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {token}");
            foreach (var (method, template, endpoint) in Endpoints())
            {
                if (endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null) continue;
                using var response = await SendAsync(http, method, Fill(template, "thing"));
                await AssertProblemAsync(
                    response, HttpStatusCode.Unauthorized, ProblemTypes.Unauthenticated, $"{method} {template} with token number {number}");
            }
        }
    }

    [Fact]
    public async Task StartInference_KeysAndDataOfAnotherOwner_AreNotFound()
    {
        await using var hill = new NodeClient(_node.Address, _hill.Token);
        await FillAsync(hill, "thing");
        await using var moor = new NodeClient(_node.Address, _moor.Token);

        var fault = await Assert.ThrowsAsync<NodeRefusedException>(
            () => moor.StartInferenceAsync("mine", new InferenceRequest("thing", "thing", "hill/thing", 1, "herd")));

        Assert.Equal(ProblemTypes.NotFound, fault.Type);
    }

    [Fact]
    public async Task EveryRoute_Always_IsDescribedByTheNodeAndByTheBook()
    {
        var book = await File.ReadAllTextAsync(Repository.PathOf("docs", "http-api.md"));
        using var http = _node.Http();
        using var description = System.Text.Json.JsonDocument.Parse(await http.GetStringAsync(Routes.OpenApi));
        var paths = description.RootElement.GetProperty("paths");
        foreach (var (method, template, _) in Endpoints())
        {
            if (template.StartsWith(PredictionHubContract.Path, StringComparison.Ordinal)) continue;
            Assert.Contains($"`{method} {template}", book, StringComparison.Ordinal);
            if (template == Routes.OpenApi) continue;
            Assert.True(paths.TryGetProperty(template, out var path) && path.TryGetProperty(Lower(method), out _), $"{method} {template} is not in {Routes.OpenApi}.");
        }
    }

    private static async Task FillAsync(NodeClient owner, string id)
    {
        using var keys = new TestKeys();
        await keys.DeclareAsync(owner, id);
        await owner.UploadKeyObjectAsync(id, KeyObjectKind.Public, keys.PublicKey);
        await owner.UploadKeyObjectAsync(id, KeyObjectKind.Relinearization, keys.RelinearizationKeys);
        await owner.UploadKeyObjectAsync(id, KeyObjectKind.Galois, keys.GaloisKeys);
        await keys.DeclareDatasetAsync(owner, id, id);
        await owner.UploadChunkAsync(id, 0, keys.Encrypt(0.5));
        await owner.PublishModelAsync(id, Networks.LinearModel.Create([1.0, 2.0], 0).ToJson(), ModelVisibility.Owner);
    }

    private IEnumerable<(string Method, string Template, RouteEndpoint Endpoint)> Endpoints()
    {
        foreach (var endpoint in _node.Application.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>())
        {
            var template = "/" + endpoint.RoutePattern.RawText!.TrimStart('/');
            // A hub's own address takes any method; a WebSocket begins with GET.
            foreach (var method in endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? ["GET"]) yield return (method, template, endpoint);
        }
    }

    private static string Fill(string template, string id)
    {
        return Parameter().Replace(template, match => match.Groups[1].Value switch
        {
            "id" or "model" or "member" or "token" => id,
            "tenant" => "vale",
            "publisher" => "hill",
            "kind" => "public",
            "index" or "part" or "chunk" => "0",
            "point" => "1",
            "version" => "1",
            var name => throw new InvalidOperationException(
                $"The route {template} has a parameter '{name}' that this test does not know. Say here what to put in its place."),
        }) + (template.EndsWith("/plan", StringComparison.Ordinal) ? "?layout=herd" : "");
    }

    private static Task<HttpResponseMessage> SendAsync(HttpClient http, string method, string path)
    {
        var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (method is not ("PUT" or "POST")) return http.SendAsync(request);
        var octets = path.Contains("/objects/", StringComparison.Ordinal) || path.Contains("/chunks/", StringComparison.Ordinal);
        request.Content = new ByteArrayContent([1]);
        request.Content.Headers.ContentType = new(octets ? "application/octet-stream" : "application/json");
        return http.SendAsync(request);
    }

    private static async Task AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string type, string what)
    {
        Assert.True(response.StatusCode == status, $"{what}: {response.StatusCode}, expected {status}.");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var problem = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(type, problem.RootElement.GetProperty("type").GetString());
    }

#pragma warning disable CA1308 // OpenAPI writes methods in lower case.
    private static string Lower(string method) => method.ToLowerInvariant();
#pragma warning restore CA1308

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex Parameter();
}
