using FheOrleans.Grains;

namespace FheOrleans.Silo.Storage;

/// <summary>Erases in SQLite. <c>secure_delete</c> overwrites what is freed in the file; the write-ahead log is cut off here.</summary>
internal sealed class SqliteErasure(SqliteDatabase database) : IErasure
{
    /// <inheritdoc/>
    public Task EraseStateBelowAsync(string ownerKey, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(ownerKey);
        return database.WriteAsync(
            connection =>
            {
                // 'type/tenant/owner/name': the key begins behind the first slash; '0' is the character after '/'.
                var command = connection.CreateCommand();
                command.CommandText =
                    """
                    DELETE FROM grain_state
                    WHERE substr(grain, instr(grain, '/') + 1) >= $owner || '/' AND substr(grain, instr(grain, '/') + 1) < $owner || '0'
                    """;
                command.Parameters.AddWithValue("$owner", ownerKey);
                return command;
            },
            cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Of everybody: there is one file and one log.</remarks>
    public Task ScrubAsync(string ownerKey, CancellationToken cancellationToken = default) => database.CutLogAsync(cancellationToken);
}
