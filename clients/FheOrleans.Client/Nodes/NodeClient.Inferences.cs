using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Client.Nodes;

public sealed partial class NodeClient
{
    /// <summary>Starts an inference. The same request under the same id again changes nothing, so a lost answer costs nothing.</summary>
    /// <param name="id">Its id, chosen by the caller: <c>[a-z0-9][a-z0-9-]{0,39}</c>.</param>
    /// <param name="request">What to evaluate.</param>
    /// <param name="cancellation">Stops waiting; the inference goes on.</param>
    public Task<InferenceDescription> StartInferenceAsync(string id, InferenceRequest request, CancellationToken cancellation = default) =>
        _transport.SendAsync<InferenceDescription>(HttpMethod.Put, Routes.InferenceOf(id), Json(request), cancellation);

    /// <summary>Asks where an inference is.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<InferenceDescription> GetInferenceAsync(string id, CancellationToken cancellation = default) =>
        _transport.SendAsync<InferenceDescription>(HttpMethod.Get, Routes.InferenceOf(id), null, cancellation);

    /// <summary>Stops an inference. One that has ended stays as it is.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The inference as it stands now.</returns>
    public Task<InferenceDescription> CancelInferenceAsync(string id, CancellationToken cancellation = default) =>
        _transport.SendAsync<InferenceDescription>(HttpMethod.Delete, Routes.InferenceOf(id), null, cancellation);

    /// <summary>Fetches one part's encrypted result.</summary>
    /// <param name="id">The inference's id.</param>
    /// <param name="part">The part, from 0.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>SEAL <c>Ciphertext</c>s at the plan's output level one behind the other, one per output.</returns>
    public Task<byte[]> DownloadResultAsync(string id, int part, CancellationToken cancellation = default) =>
        _transport.RetryAsync(() => _transport.GetBytesAsync(Routes.ResultOf(id, part), cancellation), cancellation);

    /// <summary>Reads one page of the caller's prediction events.</summary>
    /// <param name="after">The number of the last event the caller has; 0 for all.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public Task<PredictionPage> GetEventsAsync(long after, CancellationToken cancellation = default) =>
        _transport.SendAsync<PredictionPage>(HttpMethod.Get, Routes.EventsAfter(after), null, cancellation);
}
