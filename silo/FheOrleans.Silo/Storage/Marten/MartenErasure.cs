using FheOrleans.Grains;
using FheOrleans.Silo.Storage.Postgres;

namespace FheOrleans.Silo.Storage.Marten;

/// <summary>Erases grain state that Marten versions: documents and bytes in one transaction, tombstones when it is for good.</summary>
/// <remarks>
/// No byte of a state is ever in Marten's tables, so what is written anew is the same as without it. A tombstone may go at any time: whoever
/// holds a version from before it finds no row of bytes, and is refused by that.
/// </remarks>
/// <param name="database">Marten's.</param>
/// <param name="bytes">Erases the bytes.</param>
internal sealed class MartenErasure(MartenDatabase database, PostgresErasure bytes) : IErasure
{
    /// <inheritdoc/>
    public Task EraseStateBelowAsync(string ownerKey, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(ownerKey);
        var below = ownerKey + "/";
        return database.WriteAsync(
            TenantOf(ownerKey),
            session =>
            {
                session.HardDeleteWhere<GrainDocument>(document => document.Id.StartsWith(below));
                session.QueueOperation(StateBytes.RemoveBelow(ownerKey));
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task ScrubAsync(string ownerKey, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(ownerKey);
        var (at, below) = (ownerKey + "|", ownerKey + "/");
        await database.WriteAsync(
            TenantOf(ownerKey),
            session => session.HardDeleteWhere<GrainDocument>(document =>
                document.IsCleared && (document.Id.StartsWith(at) || document.Id.StartsWith(below))),
            cancellationToken);
        await bytes.ScrubAsync(ownerKey, cancellationToken);
    }

    private static string TenantOf(string ownerKey) => new StateRecord(ownerKey, "", "").Tenant;
}
