using Orleans;
using Orleans.Concurrency;

namespace FheOrleans.Grains;

/// <summary>
/// A standing inference: every appended time point gives a new encrypted forecast of the whole herd, computed from the point alone and from
/// an encrypted state that rolls on with it. Key: <see cref="GrainKeys.Subscription"/>.
/// </summary>
/// <remarks>
/// <para>
/// Points are numbered 1, 2, 3, … by the owner. A point is acknowledged when it is stored; its forecast follows, as an event of the owner
/// with the point's number, from the first point on with which a window is full. Whatever dies in between, each acknowledged point is taken
/// in once, in order, and its event comes at least once under one number.
/// </para>
/// <para>
/// The state is of one model version and one key set. Of the points themselves the last window is kept, so that another version can be
/// put in place without uploading anything again.
/// </para>
/// </remarks>
[Alias("fhe.subscription")]
public interface ISubscriptionGrain : IGrainWithStringKey
{
    /// <summary>Makes the subscription. The same request again is no error and changes nothing.</summary>
    /// <param name="request">What to forecast, and how points come.</param>
    /// <returns>The subscription as it stands.</returns>
    /// <exception cref="NotFoundException">The owner has no such key set or model version.</exception>
    /// <exception cref="NotReadyException">Key objects are missing.</exception>
    /// <exception cref="InvalidPayloadException">The key set does not fit the model's live circuit, or a count is out of range.</exception>
    /// <exception cref="ConflictException">The subscription was made with another request.</exception>
    /// <exception cref="LimitExceededException">A chunk would be too large, or the owner has as many subscriptions as it may.</exception>
    [Alias("create"), ResponseTimeout("00:05:00")]
    Task<SubscriptionDescription> CreateAsync(SubscriptionRequest request);

    /// <summary>Describes the subscription.</summary>
    /// <returns>The subscription as it stands.</returns>
    /// <exception cref="NotFoundException">It was not made.</exception>
    [Alias("describe"), AlwaysInterleave]
    Task<SubscriptionDescription> DescribeAsync();

    /// <summary>
    /// Stores a chunk of the next point after every ciphertext in it was checked; with its last chunk the point is appended. The same chunk
    /// again is no error, also of a point that is appended, as long as that is remembered (the last <see cref="Limits.RememberedPoints"/>).
    /// </summary>
    /// <param name="point">The point's number: that of the last one plus 1, or one that was there before.</param>
    /// <param name="chunk">The chunk's number, from 0.</param>
    /// <param name="bytes">SEAL ciphertexts one behind the other, seeded or full.</param>
    /// <returns>How far the upload is.</returns>
    /// <exception cref="NotFoundException">The subscription was not made.</exception>
    /// <exception cref="InvalidPayloadException">The bytes are not the ciphertexts of a point.</exception>
    /// <exception cref="SecretMaterialRefusedException">An object in it has the form of a plaintext or a secret key.</exception>
    /// <exception cref="ConflictException">
    /// The number leaves a gap, or something else is stored under it, or the subscription has failed and takes no points.
    /// </exception>
    [Alias("append"), ResponseTimeout("00:05:00")]
    Task<PointProgress> AppendAsync(int point, int chunk, [Immutable] byte[] bytes);

    /// <summary>
    /// Goes over to another version of the model. The state is computed anew from the kept points (the last window of the version before);
    /// the newest point is forecast by the new version at once if they fill a window of it, earlier points are not forecast again. The
    /// version in use again, while nothing has failed, changes nothing.
    /// </summary>
    /// <param name="version">The version.</param>
    /// <returns>The subscription as it stands.</returns>
    /// <exception cref="NotFoundException">The subscription was not made, or there is no such version for the owner.</exception>
    /// <exception cref="NotReadyException">The key set is not whole.</exception>
    /// <exception cref="InvalidPayloadException">
    /// The version wants other parameters, or points of another form: make a new subscription and append a window of points to it.
    /// </exception>
    [Alias("upgrade"), ResponseTimeout("00:05:00")]
    Task<SubscriptionDescription> UpgradeAsync(int version);

    /// <summary>Reads the forecast after a point.</summary>
    /// <param name="point">The point's number.</param>
    /// <returns>SEAL ciphertexts one behind the other, one per output of the circuit.</returns>
    /// <exception cref="NotFoundException">There is no such subscription, or no forecast after that point is kept.</exception>
    /// <exception cref="NotReadyException">The point is not computed yet.</exception>
    [Alias("read-result"), AlwaysInterleave]
    Task<Payload> ReadResultAsync(int point);

    /// <summary>Which subscription of this name is there: another after it was deleted and made anew.</summary>
    /// <returns>Its mark; <see cref="Guid.Empty"/> when there is none.</returns>
    [Alias("read-incarnation"), ReadOnly]
    Task<Guid> ReadIncarnationAsync();

    /// <summary>
    /// Ends the subscription and deletes its points, state and results; <see cref="IDeletionGrain"/> calls this, and nobody else. Deleting
    /// what is not there is no error.
    /// </summary>
    /// <param name="incarnation">Which one of this name; another one stays.</param>
    /// <returns>When nothing of it is left.</returns>
    [Alias("delete")]
    Task DeleteAsync(Guid incarnation);

    /// <summary>Goes on after a restart with whatever is left to do.</summary>
    /// <returns>When it is under way.</returns>
    [Alias("resume")]
    Task ResumeAsync();

    /// <summary>
    /// Asked again and again of everything unfinished: a subscription that lost its activation resumes; one that is being worked on has
    /// nothing to do here.
    /// </summary>
    /// <returns>How many points are appended and not taken in yet.</returns>
    [Alias("keep-going"), AlwaysInterleave, ResponseTimeout("00:00:05")]
    Task<int> KeepGoingAsync();

    /// <summary>
    /// The evaluation of a point is over. A report that comes twice, or late, or of a point of another subscription of this name, changes
    /// nothing.
    /// </summary>
    /// <param name="order">What was ordered.</param>
    /// <param name="outcome">What became of it.</param>
    /// <returns>When it is stored.</returns>
    [Alias("point-finished"), ResponseTimeout("00:05:00")]
    Task PointFinishedAsync(PointOrder order, PointOutcome outcome);
}
