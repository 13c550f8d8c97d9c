using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Client.Nodes;

/// <summary>Sends requests over the pinned connection and turns everything that can go wrong into a <see cref="NodeException"/>.</summary>
internal sealed class NodeTransport : IDisposable
{
    private const long LargestAnswer = 64 << 20;
    private readonly HttpClient _http;

    public NodeTransport(NodeAddress address, string? token, NodeClientOptions options)
    {
        Address = address;
        Token = token;
        Options = options;
        Handler = new CertificatePin(address.CertificateSha256).CreateHandler(options);
        _http = new HttpClient(Handler)
        {
            BaseAddress = address.Url,
            Timeout = options.RequestTimeout,
            MaxResponseContentBufferSize = LargestAnswer,
        };
        if (token is not null) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public NodeAddress Address { get; }

    public string? Token { get; }

    public NodeClientOptions Options { get; }

    public SocketsHttpHandler Handler { get; }

    public async Task<T> SendAsync<T>(HttpMethod method, string path, HttpContent? content, CancellationToken cancellation)
    {
        using var response = await SendAsync(method, path, content, cancellation).ConfigureAwait(false);
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(ContractJson.Options, cancellation).ConfigureAwait(false)
                ?? throw new NodeAnswerException(Address.Url, "the body is null.", null);
        }
        catch (Exception fault) when (fault is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new NodeAnswerException(Address.Url, "the body is not the expected JSON.", fault);
        }
    }

    public async Task<byte[]> GetBytesAsync(string path, CancellationToken cancellation)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, cancellation).ConfigureAwait(false);
        return await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        // An upload waits for the node's word: a refusal by token, size or limit then arrives before the body has left.
        request.Headers.ExpectContinue = content is ReadOnlyMemoryContent;
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested && Translate(fault) is { } translated)
        {
            throw translated;
        }
        if (response.IsSuccessStatusCode) return response;
        using (response) throw await RefusalAsync(response, cancellation).ConfigureAwait(false);
    }

    /// <summary>Tries again while the failure is transient; <paramref name="attempt"/> must be safe to repeat.</summary>
    public async Task<T> RetryAsync<T>(Func<Task<T>> attempt, CancellationToken cancellation)
    {
        for (var retry = 0; ; retry++)
        {
            try
            {
                return await attempt().ConfigureAwait(false);
            }
            catch (NodeException fault) when (fault.IsTransient && retry < Options.Retries)
            {
                await WaitAsync(retry, fault, cancellation).ConfigureAwait(false);
            }
        }
    }

    public Task WaitAsync(int retry, NodeException fault, CancellationToken cancellation) =>
        Task.Delay(Options.WaitBefore(retry, (fault as NodeRefusedException)?.RetryAfter), Options.Time, cancellation);

    /// <summary>The typed form of what the network stack threw; null when it is not about the network.</summary>
    public NodeException? Translate(Exception fault)
    {
        for (var cause = fault; cause is not null; cause = cause.InnerException)
        {
            // The callback's own exception is kept inside the handshake's; its values are what a person needs.
            if (cause is CertificateMismatchException mismatch) return mismatch;
        }
        return fault switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => Unreachable("no connection could be made."),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => Unreachable("its name is not known."),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => Unreachable("it does not speak TLS as a node does."),
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => new NodeAnswerException(Address.Url, "it is too long.", fault),
            HttpRequestException or IOException => Unreachable("the connection broke."),
            OperationCanceledException => Unreachable($"it did not answer within {Options.RequestTimeout}."),
            _ => null,
        };

        NodeUnreachableException Unreachable(string reason) => new(Address.Url, reason, fault);
    }

    public void Dispose() => _http.Dispose();

    private async Task<NodeException> RefusalAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var wait = response.Headers.RetryAfter?.Delta;
        try
        {
            if (response.Content.Headers.ContentType?.MediaType == "application/problem+json"
                && await response.Content.ReadFromJsonAsync<ProblemBody>(ContractJson.Options, cancellation).ConfigureAwait(false) is { } problem)
            {
                return new NodeRefusedException(problem with { Status = (int)response.StatusCode }, wait);
            }
        }
        catch (JsonException fault)
        {
            return new NodeAnswerException(Address.Url, "its refusal is not a problem document.", fault);
        }
        return response.StatusCode == HttpStatusCode.BadGateway
            ? new NodeUnreachableException(Address.Url, "something between answers 502.", null)
            : new NodeAnswerException(Address.Url, $"status {(int)response.StatusCode} without a problem document.", null);
    }
}
