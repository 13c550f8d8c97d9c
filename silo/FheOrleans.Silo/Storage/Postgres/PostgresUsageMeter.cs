using FheOrleans.Grains;
using static FheOrleans.Silo.Storage.Postgres.PostgresDatabase;

namespace FheOrleans.Silo.Storage.Postgres;

/// <summary>Measures tenants in PostgreSQL: one statement, over both tables, at one moment. Lengths are read without the values.</summary>
internal sealed class PostgresUsageMeter(PostgresDatabase database) : IUsageMeter
{
    // kind is the class's name: KeySetGrain's records are of kind 'keyset'. All of a tenant's keys lie from 'tenant/' on, to '0', which follows '/'.
    private const string Text =
        """
        SELECT
          ((SELECT coalesce(sum(octet_length(value)), 0) FROM payload WHERE key >= $1 || '/' AND key < $1 || '0')
          + coalesce(sum(octet_length(value)) FILTER (WHERE kind = 'keyset'), 0))::bigint,
          count(*) FILTER (WHERE kind = 'keyset' AND name = 'key-set'),
          count(*) FILTER (WHERE kind = 'dataset' AND name = 'dataset')
        FROM grain_state WHERE key >= $1 || '/' AND key < $1 || '0'
        """;

    /// <inheritdoc/>
    public Task<StoredUsage> MeasureAsync(string tenant, CancellationToken cancellationToken = default)
    {
        Name.Check(tenant, "tenant");
        return database.RunAsync(
            async attempt =>
            {
                await using var command = Command(attempt.Connection, Text, Value(tenant));
                await using var reader = await command.ExecuteReaderAsync(cancellationToken);
                await reader.ReadAsync(cancellationToken);
                return new StoredUsage { Bytes = reader.GetInt64(0), KeySets = (int)reader.GetInt64(1), Datasets = (int)reader.GetInt64(2) };
            },
            cancellationToken);
    }
}
