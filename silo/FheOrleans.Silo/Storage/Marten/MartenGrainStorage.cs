using FheOrleans.Embedded;
using Marten;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace FheOrleans.Silo.Storage.Marten;

/// <summary>Grain state in Marten: a document a record, whose version is the etag, and the bytes in a row beside it.</summary>
/// <remarks>
/// Three habits of the store shape this. Its update with an expected version inserts where there is no document: so the row of bytes must be
/// there too, or the transaction is undone (<see cref="StateBytes.Replace"/>). Its delete asks for no version: so a cleared state is a document
/// marked as cleared. And document and bytes are read one after the other: so each version names its bytes, and a reader that finds others
/// reads again.
/// </remarks>
internal sealed class MartenGrainStorage(MartenDatabase database) : IGrainStorage
{
    // A reader between whose two readings somebody wrote, again and again. Nobody writes one record that fast; a record whose bytes were
    // written past Marten looks the same.
    private const int Readings = 10;

    private delegate StateBytesOperation Beside(StateRecord record, Guid version, byte[] value);

    /// <inheritdoc/>
    public async Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var record = StateRecord.Of(stateName, grainId);
        if (await ReadAsync(record) is not var (version, value))
        {
            Reset(grainState);
            return;
        }
        grainState.State = StateCodec.Read<T>(value);
        (grainState.ETag, grainState.RecordExists) = (Text(version), true);
    }

    /// <inheritdoc/>
    public async Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var record = StateRecord.Of(stateName, grainId);
        var value = StateCodec.Write(grainState.State);
        var version = grainState.ETag is { } etag ? await ReplaceAsync(record, etag, value) : await AddAsync(record, value);
        (grainState.ETag, grainState.RecordExists) = (Text(version), true);
    }

    /// <inheritdoc/>
    public async Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState)
    {
        var record = StateRecord.Of(stateName, grainId);
        if (grainState.ETag is { } etag) await ClearAsync(record, etag);
        else if (await FindAsync(record) is { IsCleared: false } stored) throw Conflict(record, stored, null);
        Reset(grainState);
    }

    private static void Reset<T>(IGrainState<T> grainState) =>
        (grainState.State, grainState.ETag, grainState.RecordExists) = (Activator.CreateInstance<T>(), null, false);

    private Task<(Guid Version, byte[] Value)?> ReadAsync(StateRecord record) => database.ReadAsync<(Guid, byte[])?>(
        record.Tenant,
        async (session, attempt) =>
        {
            for (var reading = 0; reading < Readings; reading++)
            {
                if (await session.LoadAsync<GrainDocument>(record.Id) is not { IsCleared: false } document) return null;
                if (await StateBytes.ReadAsync(attempt.Connection, record, document.Bytes) is { } value) return (document.Version, value);
            }
            throw new InconsistentStateException(
                $"The state {record} has other bytes than its document names: it was written past the cluster. Stop all silos and run --prepare, "
                + "which takes what is there.");
        },
        CancellationToken.None);

    /// <summary>Writes what its writer believes not to be there: it is not, or it was cleared.</summary>
    private async Task<Guid> AddAsync(StateRecord record, byte[] value)
    {
        var document = New(record);
        var outcome = await SaveAsync(record, document, value, (session, it) => session.Insert(it), StateBytes.Add);
        if (outcome == WriteOutcome.Stored) return document.Version;
        var stored = await FindAsync(record);
        if (stored is not { IsCleared: true }) return SettleOrThrow(record, document, outcome, stored, null);
        document = New(record);
        outcome = await SaveAsync(record, document, value, (session, it) => session.UpdateExpectedVersion(it, stored.Version), StateBytes.Add);
        return outcome == WriteOutcome.Stored ? document.Version : SettleOrThrow(record, document, outcome, await FindAsync(record), null);
    }

    private async Task<Guid> ReplaceAsync(StateRecord record, string readEtag, byte[] value)
    {
        var (document, read) = (New(record), Version(readEtag));
        var outcome = await SaveAsync(record, document, value, (session, it) => session.UpdateExpectedVersion(it, read), StateBytes.Replace);
        return outcome == WriteOutcome.Stored ? document.Version : SettleOrThrow(record, document, outcome, await FindAsync(record), readEtag);
    }

    private async Task ClearAsync(StateRecord record, string readEtag)
    {
        var (document, read) = (New(record), Version(readEtag));
        document.IsCleared = true;
        var outcome = await database.WriteAsync(
            record.Tenant,
            session =>
            {
                session.UpdateExpectedVersion(document, read);
                session.QueueOperation(StateBytes.Remove(record));
            },
            CancellationToken.None);
        if (outcome != WriteOutcome.Stored) SettleOrThrow(record, document, outcome, await FindAsync(record), readEtag);
    }

    private Task<WriteOutcome> SaveAsync(
        StateRecord record, GrainDocument document, byte[] value, Action<IDocumentSession, GrainDocument> write, Beside beside) =>
        database.WriteAsync(
            record.Tenant,
            session =>
            {
                write(session, document);
                session.QueueOperation(beside(record, document.Bytes, value));
            },
            CancellationToken.None);

    private Task<GrainDocument?> FindAsync(StateRecord record) =>
        database.ReadAsync(record.Tenant, (session, _) => session.LoadAsync<GrainDocument>(record.Id), CancellationToken.None);

    private static GrainDocument New(StateRecord record) => new() { Id = record.Id, Bytes = Guid.NewGuid() };

    /// <summary>
    /// A write that was refused after a connection broke was perhaps refused by itself: then the document that is there names its bytes.
    /// </summary>
    private static Guid SettleOrThrow(StateRecord record, GrainDocument written, WriteOutcome outcome, GrainDocument? stored, string? readEtag) =>
        outcome == WriteOutcome.RefusedInDoubt && stored?.Bytes == written.Bytes ? stored.Version : throw Conflict(record, stored, readEtag);

    // Without the cause: Orleans carries it to whoever called the grain, and no codec there knows Marten's types.
    private static InconsistentStateException Conflict(StateRecord record, GrainDocument? stored, string? readEtag) => new(
        $"The state {record} was changed by somebody else.", stored is { IsCleared: false } ? Text(stored.Version) : null, readEtag);

    // What is no version of ours is nobody's.
    private static Guid Version(string etag) => Guid.TryParseExact(etag, "N", out var version) ? version : Guid.NewGuid();

    private static string Text(Guid version) => version.ToString("N");
}
