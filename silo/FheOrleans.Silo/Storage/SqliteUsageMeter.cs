using FheOrleans.Grains;

namespace FheOrleans.Silo.Storage;

/// <summary>Measures tenants in SQLite: one statement, over both tables, at one moment. Lengths are read from the rows' heads, not the rows.</summary>
internal sealed class SqliteUsageMeter(SqliteDatabase database) : IUsageMeter
{
    // Grain state rests under type/key, and type is the class's name: KeySetGrain's records lie from 'keyset/tenant/' on, to '0', which follows '/'.
    private const string Sql =
        """
        SELECT
          (SELECT coalesce(sum(length(value)), 0) FROM payload WHERE key >= $tenant || '/' AND key < $tenant || '0')
          + (SELECT coalesce(sum(length(value)), 0) FROM grain_state WHERE grain >= 'keyset/' || $tenant || '/' AND grain < 'keyset/' || $tenant || '0'),
          (SELECT count(*) FROM grain_state WHERE grain >= 'keyset/' || $tenant || '/' AND grain < 'keyset/' || $tenant || '0' AND name = 'key-set'),
          (SELECT count(*) FROM grain_state WHERE grain >= 'dataset/' || $tenant || '/' AND grain < 'dataset/' || $tenant || '0' AND name = 'dataset')
        """;

    /// <inheritdoc/>
    public Task<StoredUsage> MeasureAsync(string tenant, CancellationToken cancellationToken = default) => database.ReadAsync(
        connection =>
        {
            using var command = connection.CreateCommand();
            command.CommandText = Sql;
            command.Parameters.AddWithValue("$tenant", Name.Check(tenant, "tenant"));
            using var reader = command.ExecuteReader();
            reader.Read();
            return new StoredUsage { Bytes = reader.GetInt64(0), KeySets = reader.GetInt32(1), Datasets = reader.GetInt32(2) };
        },
        cancellationToken);
}
