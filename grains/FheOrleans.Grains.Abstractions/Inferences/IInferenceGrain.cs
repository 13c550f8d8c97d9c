using Orleans;
using Orleans.Concurrency;

namespace FheOrleans.Grains;

/// <summary>One inference: a job with a part for each batch of a dataset. Key: <see cref="GrainKeys.Inference"/>.</summary>
/// <remarks>
/// <code>
/// Accepted --> Running --> Completed
///     \           |------> Failed
///      \__________|------> Cancelled
/// </code>
/// Each step is stored before anybody hears of it, and a result before its event: after a crash the job goes on where it was.
/// </remarks>
[Alias("fhe.inference")]
public interface IInferenceGrain : IGrainWithStringKey
{
    /// <summary>Starts the inference. The same request again is no error and starts nothing anew.</summary>
    /// <param name="request">What to evaluate on what.</param>
    /// <returns>The inference as it stands.</returns>
    /// <exception cref="NotFoundException">The owner has no such key set, dataset or model version.</exception>
    /// <exception cref="NotReadyException">Key objects or chunks are missing.</exception>
    /// <exception cref="InvalidPayloadException">Key set or dataset do not fit the model's circuit.</exception>
    /// <exception cref="ConflictException">The inference was started with another request.</exception>
    /// <exception cref="QuotaExceededException">
    /// The owner, the tenant or the node has as many unfinished inferences as it may, or the tenant stores more than it may.
    /// </exception>
    [Alias("start"), ResponseTimeout("00:05:00")]
    Task<InferenceDescription> StartAsync(InferenceRequest request);

    /// <summary>Describes the inference.</summary>
    /// <returns>The inference as it stands.</returns>
    /// <exception cref="NotFoundException">It was not started.</exception>
    [Alias("describe"), AlwaysInterleave]
    Task<InferenceDescription> DescribeAsync();

    /// <summary>Cancels the inference; one that has ended stays as it is. Results that are there stay readable.</summary>
    /// <returns>The inference as it stands.</returns>
    /// <exception cref="NotFoundException">It was not started.</exception>
    [Alias("cancel")]
    Task<InferenceDescription> CancelAsync();

    /// <summary>
    /// The inference goes on: it asks after its parts, and gives out others if it is its turn. One that has ended, or never started, is
    /// only struck off the unfinished work.
    /// </summary>
    /// <param name="isItsTurn">Whether it is its turn among its tenant's; once it was, it stays so.</param>
    /// <returns>When its parts are given out again.</returns>
    [Alias("resume")]
    Task ResumeAsync(bool isItsTurn = true);

    /// <summary>
    /// Asked again and again of everything unfinished: an inference that lost its activation, with its silo or over a failed write,
    /// resumes; one that is being worked on has nothing to do here.
    /// </summary>
    /// <param name="isItsTurn">Whether it is its turn among its tenant's.</param>
    /// <returns>How many parts have no result yet; 0 when it has ended.</returns>
    [Alias("keep-going"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task<int> KeepGoingAsync(bool isItsTurn);

    /// <summary>
    /// A worker reports the end of a part. A report that comes twice, or late, or of a part of another inference of this name, changes
    /// nothing.
    /// </summary>
    /// <param name="order">What was ordered.</param>
    /// <param name="outcome">What became of it.</param>
    /// <returns>When it is stored.</returns>
    [Alias("part-finished")]
    Task PartFinishedAsync(PartOrder order, PartOutcome outcome);

    /// <summary>Reads the result of a part.</summary>
    /// <param name="part">The part, from 0.</param>
    /// <returns>SEAL ciphertexts one behind the other, one per output of the circuit.</returns>
    /// <exception cref="NotFoundException">There is no such inference or part.</exception>
    /// <exception cref="NotReadyException">The part has no result yet.</exception>
    [Alias("read-result"), AlwaysInterleave]
    Task<Payload> ReadResultAsync(int part);

    /// <summary>Reads the receipt of a part, or of the whole inference.</summary>
    /// <param name="part">The part, from 0; -1 for the inference, which has its receipt when it is completed.</param>
    /// <returns>The receipt.</returns>
    /// <exception cref="NotFoundException">There is no such inference or part.</exception>
    /// <exception cref="NotReadyException">It has no receipt yet, or never will: it ended without a result.</exception>
    [Alias("read-receipt"), AlwaysInterleave]
    Task<SignedStatement> ReadReceiptAsync(int part);

    /// <summary>Cancels the inference if it has not ended and uses a thing that is being deleted.</summary>
    /// <param name="kind">What kind of thing: a key set or a dataset.</param>
    /// <param name="id">Its name.</param>
    /// <returns>When the inference has ended, or goes on.</returns>
    [Alias("cancel-if-uses")]
    Task CancelIfUsesAsync(CatalogKind kind, string id);

    /// <summary>Which inference of this name is there: another after it was deleted and started anew.</summary>
    /// <returns>Its mark; <see cref="Guid.Empty"/> when there is none.</returns>
    [Alias("read-incarnation"), ReadOnly]
    Task<Guid> ReadIncarnationAsync();

    /// <summary>
    /// Erases the inference; <see cref="IDeletionGrain"/> calls this, and nobody else. Erasing what is not there is no error.
    /// </summary>
    /// <param name="incarnation">Which one of this name; another one stays.</param>
    /// <returns>When nothing of it is stored.</returns>
    [Alias("delete")]
    Task DeleteAsync(Guid incarnation);
}
