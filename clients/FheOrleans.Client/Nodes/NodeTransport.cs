using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Client.Nodes;

/// <summary>Sends requests over the pinned connection and turns everything that can go wrong into a <see cref="NodeException"/>.</summary>
/// <remarks>
/// Of several addresses one is used until it fails: then the next is tried at once, and used from then on. A client begins with any of them, so
/// that many clients spread. What is repeated at another address is safe to repeat: every request but a few names what it makes, and making it
/// again changes nothing.
/// </remarks>
internal sealed class NodeTransport : IDisposable
{
    private const long LargestAnswer = 64 << 20;
    private readonly HttpClient _http;
    private int _current;

    public NodeTransport(NodeAddress address, string? token, NodeClientOptions options)
    {
        Address = address;
        Token = token;
        Options = options;
        _current = Random.Shared.Next(address.Urls.Count);
        Handler = new CertificatePin(address.CertificateSha256).CreateHandler(options);
        _http = new HttpClient(Handler)
        {
            Timeout = options.RequestTimeout,
            MaxResponseContentBufferSize = LargestAnswer,
        };
        if (token is not null) _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    public NodeAddress Address { get; }

    /// <summary>The address in use.</summary>
    public Uri Url => Address.Urls[Volatile.Read(ref _current)];

    public string? Token { get; }

    public NodeClientOptions Options { get; }

    public SocketsHttpHandler Handler { get; }

    public async Task<T> SendAsync<T>(HttpMethod method, string path, HttpContent? content, CancellationToken cancellation, bool isRepeatable = true)
    {
        using var response = await SendAsync(method, path, content, cancellation, isRepeatable).ConfigureAwait(false);
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(ContractJson.Options, cancellation).ConfigureAwait(false)
                ?? throw new NodeAnswerException(Url, "the body is null.", null);
        }
        catch (Exception fault) when (fault is JsonException or NotSupportedException or InvalidOperationException)
        {
            throw new NodeAnswerException(Url, "the body is not the expected JSON.", fault);
        }
    }

    public async Task<byte[]> GetBytesAsync(string path, CancellationToken cancellation)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, cancellation).ConfigureAwait(false);
        return await response.Content.ReadAsByteArrayAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Sends a request to the address in use, and to each other once while what went wrong is that address's own fault.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path with its query.</param>
    /// <param name="content">The body, or null.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <param name="isRepeatable">
    /// Whether the request may be sent again when it is not known whether it arrived. One that never left may in any case.
    /// </param>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellation, bool isRepeatable = true)
    {
        using var body = content;
        for (var tries = 1; ; tries++)
        {
            var url = Url;
            try
            {
                return await SendOnceAsync(url, method, path, content, cancellation).ConfigureAwait(false);
            }
            catch (NodeException fault) when (tries < Address.Urls.Count && (isRepeatable ? IsOfTheAddress(fault) : fault is NodeUnreachableException { WasSent: false }))
            {
                TurnFrom(url);
            }
        }
    }

    /// <summary>Goes over to the next address, unless another request has done so already.</summary>
    public void TurnFrom(Uri url)
    {
        var at = Volatile.Read(ref _current);
        if (Address.Urls[at] == url) Interlocked.CompareExchange(ref _current, (at + 1) % Address.Urls.Count, at);
    }

    /// <summary>Whether another gateway may do better: this one cannot be reached, or is stopping, starting or cut off from its cluster.</summary>
    public static bool IsOfTheAddress(NodeException fault) =>
        fault is NodeUnreachableException or NodeRefusedException { Status: HttpStatusCode.ServiceUnavailable };

    private async Task<HttpResponseMessage> SendOnceAsync(Uri url, HttpMethod method, string path, HttpContent? content, CancellationToken cancellation)
    {
        // The body is the caller's: another try may need it.
        var request = new HttpRequestMessage(method, new Uri(url, path)) { Content = content };
        // An upload waits for the node's word: a refusal by token, size or limit then arrives before the body has left.
        request.Headers.ExpectContinue = content is ReadOnlyMemoryContent;
        HttpResponseMessage response;
        try
        {
            response = await _http.SendAsync(request, cancellation).ConfigureAwait(false);
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested && Translate(fault, url) is { } translated)
        {
            throw translated;
        }
        if (response.IsSuccessStatusCode) return response;
        using (response) throw await RefusalAsync(response, url, cancellation).ConfigureAwait(false);
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
    public NodeException? Translate(Exception fault, Uri url)
    {
        for (var cause = fault; cause is not null; cause = cause.InnerException)
        {
            // The callback's own exception is kept inside the handshake's; its values are what a person needs.
            if (cause is CertificateMismatchException mismatch) return mismatch;
        }
        return fault switch
        {
            HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => Unreachable("no connection could be made.", wasSent: false),
            HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => Unreachable("its name is not known.", wasSent: false),
            HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } => Unreachable("it does not speak TLS as a node does.", wasSent: false),
            HttpRequestException { HttpRequestError: HttpRequestError.ConfigurationLimitExceeded } => new NodeAnswerException(url, "it is too long.", fault),
            HttpRequestException or IOException => Unreachable("the connection broke."),
            OperationCanceledException => Unreachable($"it did not answer within {Options.RequestTimeout}."),
            _ => null,
        };

        NodeUnreachableException Unreachable(string reason, bool wasSent = true) => new(url, reason, fault) { WasSent = wasSent };
    }

    public void Dispose() => _http.Dispose();

    private static async Task<NodeException> RefusalAsync(HttpResponseMessage response, Uri url, CancellationToken cancellation)
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
            return new NodeAnswerException(url, "its refusal is not a problem document.", fault);
        }
        return response.StatusCode == HttpStatusCode.BadGateway
            ? new NodeUnreachableException(url, "something between answers 502.", null)
            : new NodeAnswerException(url, $"status {(int)response.StatusCode} without a problem document.", null);
    }
}
