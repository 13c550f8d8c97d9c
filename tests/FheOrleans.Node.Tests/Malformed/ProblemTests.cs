using System.Net;
using System.Net.Http.Json;
using System.Text;
using FheOrleans.Client.Nodes;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Node.Tests.Malformed;

/// <summary>Every way to be refused ends in a problem document that says what to do, whatever in the node refused.</summary>
public sealed class ProblemTests : IAsyncLifetime
{
    private TestNode _node = null!;
    private string _token = "";

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartAsync();
        _token = (await _node.JoinAsync("vale", "hill")).Token;
    }

    public Task DisposeAsync() => _node.DisposeAsync().AsTask();

    [Theory]
    [InlineData("GET", "/nowhere", null, null, 404, ProblemTypes.NotFound)]
    [InlineData("GET", "/v1/datasets/none", null, null, 404, ProblemTypes.NotFound)]
    [InlineData("GET", "/v1/inferences/one/results/minus", null, null, 400, ProblemTypes.InvalidRequest)]
    [InlineData("GET", "/v1/datasets/NONE", null, null, 400, ProblemTypes.InvalidPayload)]
    [InlineData("PATCH", "/v1/datasets/none", null, null, 405, ProblemTypes.MethodNotAllowed)]
    [InlineData("PUT", "/v1/inferences/one", "text/plain", "{}", 415, ProblemTypes.UnsupportedMediaType)]
    [InlineData("PUT", "/v1/inferences/one", null, "{}", 415, ProblemTypes.UnsupportedMediaType)]
    [InlineData("PUT", "/v1/inferences/one", "application/json", "{", 400, ProblemTypes.InvalidRequest)]
    [InlineData("PUT", "/v1/inferences/one", "application/json", "{}", 400, ProblemTypes.InvalidRequest)]
    [InlineData("PUT", "/v1/inferences/one", "application/json", "{\"keySet\":\"k\",\"dataset\":\"d\",\"model\":\"m/m\",\"version\":1,\"layout\":\"herd\"}", 404, ProblemTypes.NotFound)]
    [InlineData("GET", "/v1/tenants", null, null, 403, ProblemTypes.Forbidden)]
    [InlineData("PUT", "/v1/node/drain", null, null, 403, ProblemTypes.Forbidden)]
    public async Task Send_WhatIsRefused_IsAProblem(string method, string path, string? type, string? body, int status, string problem)
    {
        using var http = _node.Http(_token);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (body is not null) request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (type is not null) request.Content!.Headers.ContentType = new(type);

        using var response = await http.SendAsync(request);

        await AssertProblemAsync(response, status, problem);
    }

    [Fact]
    public async Task Send_ABodyOverItsLimitOrWithoutALength_IsAProblem()
    {
        using var http = _node.Http(_token);
        using var large = new ByteArrayContent(new byte[70_000]);
        large.Headers.ContentType = new("application/json");
        using var tooLarge = await http.PutAsync("/v1/inferences/one", large);
        await AssertProblemAsync(tooLarge, 413, ProblemTypes.TooLarge);

        using var chunked = new HttpRequestMessage(HttpMethod.Put, "/v1/datasets/one/chunks/0") { Content = new ByteArrayContent([1]) };
        chunked.Content.Headers.ContentType = new("application/octet-stream");
        chunked.Headers.TransferEncodingChunked = true;
        using var noLength = await http.SendAsync(chunked);
        await AssertProblemAsync(noLength, 411, ProblemTypes.LengthRequired);
    }

    [Fact]
    public async Task Send_MoreThanAMinuteAllows_IsAProblemThatSaysWhenToComeBack()
    {
        var busy = await _node.JoinAsync("moor", "dale");
        await using var byOperator = new NodeClient(_node.Address, _node.OperatorToken);
        await byOperator.SetQuotasAsync("moor", new TenantQuotas(RequestsPerMinute: 1));
        using var http = _node.Http(busy.Token);
        using var allowed = await http.GetAsync(Routes.Me);

        using var refused = await http.GetAsync(Routes.Me);

        await AssertProblemAsync(refused, 429, ProblemTypes.TooMany);
        Assert.InRange(refused.Headers.RetryAfter?.Delta ?? default, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Listen_AfterNothing_IsRefusedInWords()
    {
        await using var client = new NodeClient(_node.Address, _token);

        var fault = await Assert.ThrowsAsync<NodeRefusedException>(async () =>
        {
            await foreach (var message in client.ListenAsync(-1)) Assert.Fail($"Heard event {message.Sequence}.");
        });

        Assert.Contains("listen after 0 or more", fault.Message, StringComparison.Ordinal);
    }

    private static async Task AssertProblemAsync(HttpResponseMessage response, int status, string type)
    {
        Assert.Equal((HttpStatusCode)status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<ProblemBody>(ContractJson.Options);
        Assert.Equal((type, status), (problem!.Type, problem.Status));
        Assert.False(string.IsNullOrWhiteSpace(problem.Title));
        Assert.True(problem.Detail.Length > 20, $"'{problem.Detail}' does not say what to do.");
    }
}
