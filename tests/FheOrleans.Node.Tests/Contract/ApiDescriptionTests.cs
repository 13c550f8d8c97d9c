using System.Globalization;
using FheOrleans.Node.Tests.Support;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace FheOrleans.Node.Tests.Contract;

/// <summary>The node's description of itself, read with a parser of OpenAPI and held against the routes it has.</summary>
public sealed class ApiDescriptionTests : IAsyncLifetime
{
    private TestNode _node = null!;
    private OpenApiDocument _document = null!;

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartAsync();
        using var http = _node.Http();
        var text = await http.GetStringAsync(Routes.OpenApi);
        var read = OpenApiDocument.Parse(text, OpenApiConstants.Json);
        Assert.Empty(read.Diagnostic!.Errors);
        _document = read.Document!;
    }

    public Task DisposeAsync() => _node.DisposeAsync().AsTask();

    [Fact]
    public void EveryRoute_ButTheHubAndTheDescription_IsDescribedAndNothingElse()
    {
        var described = _document.Paths.SelectMany(path => path.Value.Operations!.Keys.Select(method => $"{method} {path.Key}"));

        Assert.Equal(Endpoints().Select(endpoint => $"{endpoint.Method} {endpoint.Template}").Order(), described.Order());
    }

    [Fact]
    public void EveryOperation_Always_SaysWhoMayCallItAndWhatItAnswers()
    {
        Assert.Contains("bearer", _document.Components!.SecuritySchemes!.Keys);
        foreach (var (method, template, endpoint) in Endpoints())
        {
            var operation = _document.Paths[template].Operations!.Single(item => item.Key.Method == method).Value;
            var name = $"{method} {template}";
            var isOpen = endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null;

            Assert.False(string.IsNullOrWhiteSpace(operation.Summary), name);
            Assert.Equal(isOpen, operation.Security is null or { Count: 0 });
            Assert.True(operation.Responses!.ContainsKey("default"), name);
            if (!isOpen) Assert.True(operation.Responses.ContainsKey("401") && operation.Responses.ContainsKey("403"), name);
            foreach (var (status, response) in operation.Responses)
            {
                var isRefusal = status == "default" || int.Parse(status, CultureInfo.InvariantCulture) >= 400;
                if (isRefusal) Assert.Equal(["application/problem+json"], response.Content!.Keys);
                else if (status != "204") Assert.True(response.Content?.Count > 0 && response.Content.Values.All(media => media.Schema is not null), $"{name}: {status} has no schema.");
            }
            if (method is "PUT" or "POST" && template != Routes.Drain)
                Assert.True(operation.RequestBody?.Content?.Values.All(media => media.Schema is not null), $"{name} has no schema of its body.");
        }
    }

    private IEnumerable<(string Method, string Template, RouteEndpoint Endpoint)> Endpoints() =>
        from endpoint in _node.Application.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
        let template = "/" + endpoint.RoutePattern.RawText!.TrimStart('/')
        where !template.StartsWith(PredictionHubContract.Path, StringComparison.Ordinal) && template != Routes.OpenApi
        from method in endpoint.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods
        select (method, template, endpoint);
}
