using Orleans;

namespace FheOrleans.Grains;

/// <summary>
/// Deletes what a data owner has, or the data owner itself. Key: <see cref="GrainKeys.DataOwner"/>. A deletion that was begun is ended,
/// after a crash at the next start.
/// </summary>
/// <remarks>
/// In this order: the deletion is remembered; unfinished inferences that use the thing are cancelled; its bytes are erased, from the
/// storage's files too; the ledger has its entry; the caller has its answer.
/// </remarks>
[Alias("fhe.deletion")]
public interface IDeletionGrain : IGrainWithStringKey
{
    /// <summary>Deletes one thing. Deleting what is not there is no error and leaves no entry in the ledger.</summary>
    /// <param name="kind">What kind of thing.</param>
    /// <param name="id">Its name.</param>
    /// <returns>When its bytes are gone and the ledger says so.</returns>
    /// <exception cref="InvalidPayloadException">It is not a name.</exception>
    [Alias("delete"), ResponseTimeout("00:05:00")]
    Task DeleteAsync(CatalogKind kind, string id);

    /// <summary>
    /// Deletes the data owner with everything it has: keys, data, models, inferences, results, events, tokens. Its ledger stays, and its name
    /// is not given out again. Of one who was invited and has not joined, the invitation is withdrawn and the name stays free. Deleting one
    /// that is not there is no error.
    /// </summary>
    /// <returns>When its bytes are gone and the ledger says so.</returns>
    [Alias("delete-owner"), ResponseTimeout("00:05:00")]
    Task DeleteOwnerAsync();

    /// <summary>Ends what was begun and cut off.</summary>
    /// <returns>When nothing is pending.</returns>
    [Alias("resume"), ResponseTimeout("00:05:00")]
    Task ResumeAsync();
}
