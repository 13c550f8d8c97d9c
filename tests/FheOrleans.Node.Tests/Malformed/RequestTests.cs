using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Node.Tests.Malformed;

/// <summary>Requests that are wrong before any grain sees them.</summary>
public sealed class RequestTests : IAsyncLifetime
{
    private TestNode _node = null!;
    private HttpClient _http = null!;

    public async Task InitializeAsync()
    {
        _node = await TestNode.StartAsync();
        _http = _node.Http((await _node.JoinAsync("vale", "hill")).Token);
    }

    public async Task DisposeAsync()
    {
        _http.Dispose();
        await _node.DisposeAsync();
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"parameters":"AA==","rotationSteps":[],"conjugation":false}""")]
    [InlineData("""{"parameters":null,"rotationSteps":[],"conjugation":false,"relinearization":false}""")]
    [InlineData("""{"parameters":"AA==","rotationSteps":["1"],"conjugation":false,"relinearization":false}""")]
    [InlineData("""{"parameters":"AA==","rotationSteps":[],"conjugation":false,"relinearization":false,"secretKey":"AA=="}""")]
    [InlineData("""{"parameters":"AA==","parameters":"AA==","rotationSteps":[],"conjugation":false,"relinearization":false}""")]
    public async Task PutKeySet_JsonOfAnotherShape_Is400WithoutQuotingIt(string json)
    {
        using var response = await _http.PutAsync(Routes.KeySetOf("keys"), Json(json));

        var problem = await ProblemAsync(response, HttpStatusCode.BadRequest, ProblemTypes.InvalidRequest);
        Assert.DoesNotContain("secretKey", problem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PutKeySet_MegabytesOfJson_Is413()
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, Routes.KeySetOf("keys")) { Content = Json($"\"{new string('x', 1 << 20)}\"") };
        request.Headers.ExpectContinue = true;

        using var response = await _http.SendAsync(request);

        await ProblemAsync(response, HttpStatusCode.RequestEntityTooLarge, ProblemTypes.TooLarge);
    }

    [Fact]
    public async Task PutKeySet_EndlessJsonWithoutALength_IsCutOff()
    {
        using var content = new StreamContent(new EndlessStream());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Put, Routes.KeySetOf("keys")) { Content = content };
        request.Headers.TransferEncodingChunked = true;

        // Either the answer comes, or the connection is cut before it can: an endless body has no third way.
        try
        {
            using var response = await _http.SendAsync(request);
            await ProblemAsync(response, HttpStatusCode.RequestEntityTooLarge, ProblemTypes.TooLarge);
        }
        catch (HttpRequestException)
        {
            using var still = await _http.GetAsync(Routes.Me);
            Assert.Equal(HttpStatusCode.OK, still.StatusCode);
        }
    }

    [Fact]
    public async Task PutChunk_OverTheLimit_Is413BeforeItIsSent()
    {
        using var content = Octets(new byte[5 << 20]);
        using var request = new HttpRequestMessage(HttpMethod.Put, Routes.ChunkOf("data", 0)) { Content = content };
        request.Headers.ExpectContinue = true;

        using var response = await _http.SendAsync(request);

        await ProblemAsync(response, HttpStatusCode.RequestEntityTooLarge, ProblemTypes.TooLarge);
    }

    [Fact]
    public async Task PutChunk_WithoutALength_Is411()
    {
        using var content = Octets(new byte[100]);
        using var request = new HttpRequestMessage(HttpMethod.Put, Routes.ChunkOf("data", 0)) { Content = content };
        request.Headers.TransferEncodingChunked = true;

        using var response = await _http.SendAsync(request);

        await ProblemAsync(response, HttpStatusCode.LengthRequired, ProblemTypes.LengthRequired);
    }

    [Fact]
    public async Task PutChunk_AsJson_Is415()
    {
        using var response = await _http.PutAsync(Routes.ChunkOf("data", 0), Json("{}"));

        await ProblemAsync(response, HttpStatusCode.UnsupportedMediaType, ProblemTypes.UnsupportedMediaType);
    }

    [Fact]
    public async Task PutChunk_OfNoDataset_Is404()
    {
        using var response = await _http.PutAsync(Routes.ChunkOf("data", 0), Octets(new byte[100]));

        await ProblemAsync(response, HttpStatusCode.NotFound, ProblemTypes.NotFound);
    }

    [Theory]
    [InlineData("PUT", "/v1/datasets/data/chunks/-1", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "/v1/datasets/data/chunks/x", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "/v1/datasets/data/chunks/99999999999", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "/v1/datasets/DATA/chunks/0", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "/v1/datasets/..%2F..%2Fother/chunks/0", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "/v1/key-sets/keys/objects/secret", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "/v1/key-sets/keys/objects/0", HttpStatusCode.BadRequest)]
    [InlineData("PUT", "/v1/key-sets/keys/objects/public?offset=-1", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/v1/events?after=-1", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/v1/events?after=x", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/v1/models/hill/yield/versions/1/plan", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/v1/models/hill/yield/versions/1/plan?layout=HERD", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/v1/models/hill/yield/versions/1/plan?layout=", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/v1/models/hill/yield/versions/1/plan?layout=series&windows=1", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/v1/models/hill/yield/versions/1/plan?windows=-1", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/v1/models/hill/yield/versions/1/plan?windows=9&timePoints=soon", HttpStatusCode.BadRequest)]
    [InlineData("GET", "/v1/nothing", HttpStatusCode.NotFound)]
    [InlineData("GET", "/", HttpStatusCode.NotFound)]
    [InlineData("PATCH", "/v1/me", HttpStatusCode.MethodNotAllowed)]
    public async Task AnyRoute_BadPathOrQuery_IsAProblem(string method, string path, HttpStatusCode status)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = method == "PUT" ? Octets([1]) : null };

        using var response = await _http.SendAsync(request);

        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Join_WrongCode_IsRefusedAndTheRightOneStillWorks()
    {
        await using var byOperator = new Client.Nodes.NodeClient(_node.Address, _node.OperatorToken);
        await using var stranger = new Client.Nodes.NodeClient(_node.Address, token: null);
        var code = await byOperator.InviteAsync("vale", "moor");

        foreach (var wrong in new[] { code[..^1] + "x", code.Replace("moor", "dale", StringComparison.Ordinal), code.Replace("vale", "hills", StringComparison.Ordinal) })
        {
            var fault = await Assert.ThrowsAsync<Client.Nodes.NodeRefusedException>(() => stranger.JoinAsync(wrong));
            Assert.Equal(ProblemTypes.Forbidden, fault.Type);
        }
        Assert.Equal("moor", (await stranger.JoinAsync(code)).Owner);
        var again = await Assert.ThrowsAsync<Client.Nodes.NodeRefusedException>(() => stranger.JoinAsync(code));
        Assert.Equal(ProblemTypes.Forbidden, again.Type);
    }

    private static async Task<string> ProblemAsync(HttpResponseMessage response, HttpStatusCode status, string type)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{response.StatusCode}: {body}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = JsonSerializer.Deserialize<ProblemBody>(body, ContractJson.Options)!;
        Assert.Equal((type, (int)status), (problem.Type, problem.Status));
        Assert.NotEmpty(problem.Detail);
        return body;
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static ByteArrayContent Octets(byte[] bytes) => new(bytes) { Headers = { ContentType = new MediaTypeHeaderValue("application/octet-stream") } };

    /// <summary>Spaces without end: JSON that never begins.</summary>
    private sealed class EndlessStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            Array.Fill(buffer, (byte)' ', offset, count);
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
