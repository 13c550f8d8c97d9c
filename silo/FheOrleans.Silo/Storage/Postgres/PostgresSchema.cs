using FheOrleans.Hosting;
using Npgsql;

namespace FheOrleans.Silo.Storage.Postgres;

/// <summary>Brings a database to this program's schema, and says whether it has it.</summary>
/// <remarks>
/// Each script is recorded with its SHA-256 in <c>schema_script</c>. All that is missing is applied in one transaction under an advisory
/// lock: whole or not at all, and by one process however many begin at once.
/// </remarks>
/// <param name="database">The database.</param>
/// <param name="scripts">The scripts, for tests; null for the program's own.</param>
internal sealed class PostgresSchema(PostgresDatabase database, IReadOnlyList<SchemaScript>? scripts = null)
{
    /// <summary>Advisory locks of ours are of this class: the bytes 'FHEO'. They are the database's, not the server's.</summary>
    internal const int LockClass = 0x4648454F;

    private const int SchemaLock = 1;

    private readonly IReadOnlyList<SchemaScript> _scripts = scripts ?? SchemaScript.ReadAll();

    /// <summary>Applies the scripts that are missing. Doing it again does nothing.</summary>
    /// <returns>The names of those that were applied.</returns>
    /// <exception cref="StartException">A script that was applied earlier is another one here, or is missing here.</exception>
    /// <exception cref="Grains.StorageException">The database cannot be reached, or refuses.</exception>
    internal Task<IReadOnlyList<string>> ApplyAsync(CancellationToken cancellationToken) => database.RunAsync(ApplyAsync, cancellationToken);

    /// <summary>Finds out whether the database has exactly this program's schema.</summary>
    /// <exception cref="StartException">It has not; the message says what to run.</exception>
    /// <exception cref="Grains.StorageException">The database cannot be reached.</exception>
    internal Task CheckAsync(CancellationToken cancellationToken) => database.RunAsync(
        async attempt =>
        {
            var missing = _scripts.Skip(Compare(await ReadRecordsAsync(attempt.Connection, null, attempt.CancellationToken))).ToArray();
            return missing.Length == 0 ? true : throw new StartException(
                $"The database {database.Name} lacks {string.Join(", ", missing.Select(script => script.Name))} of this program's schema. "
                + "Make a backup, then run this program with --prepare.");
        },
        cancellationToken);

    private async Task<IReadOnlyList<string>> ApplyAsync(PostgresAttempt attempt)
    {
        var (connection, cancellation) = (attempt.Connection, attempt.CancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await ExecuteAsync(
            // Others wait for the one that applies; how long that takes is the script's affair.
            $"SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock({LockClass}, {SchemaLock});");
        if (!await IsThereAsync(connection, transaction, cancellation))
        {
            await ExecuteAsync(
                $"""
                CREATE SCHEMA IF NOT EXISTS {PostgresDatabase.Schema};
                CREATE TABLE schema_script (number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied timestamptz NOT NULL DEFAULT now());
                """);
        }
        var missing = _scripts.Skip(Compare(await ReadRecordsAsync(connection, transaction, cancellation))).ToArray();
        foreach (var script in missing)
        {
            await ExecuteAsync(script.Text);
            await using var record = PostgresDatabase.Command(
                connection, "INSERT INTO schema_script (number, name, sha256) VALUES ($1, $2, $3)",
                PostgresDatabase.Value(script.Number), PostgresDatabase.Value(script.Name), PostgresDatabase.Value(script.Sha256));
            record.Transaction = transaction;
            await record.ExecuteNonQueryAsync(cancellation);
        }
        await transaction.CommitAsync(cancellation);
        return [.. missing.Select(script => script.Name)];

        async Task ExecuteAsync(string text)
        {
            await using var command = PostgresDatabase.Command(connection, text);
            (command.Transaction, command.CommandTimeout) = (transaction, 0);
            await command.ExecuteNonQueryAsync(cancellation);
        }
    }

    /// <summary>How many of this program's scripts the database has.</summary>
    private int Compare(IReadOnlyList<(int Number, string Name, string Sha256)> records)
    {
        for (var i = 0; i < records.Count; i++)
        {
            var (number, name, sha256) = records[i];
            if (i >= _scripts.Count)
            {
                throw new StartException(
                    $"The database {database.Name} has {name}, which this program does not know: a later version has prepared it. Start that version, or restore the backup from before.");
            }
            if (number != _scripts[i].Number || name != _scripts[i].Name || sha256 != _scripts[i].Sha256)
            {
                throw new StartException(
                    $"The database {database.Name} was prepared with a {name} (SHA-256 {sha256}) that is not this program's {_scripts[i].Name} (SHA-256 {_scripts[i].Sha256}). "
                    + "A script that was applied is never changed: build the program with the script as it was, and add a further one.");
            }
        }
        return records.Count;
    }

    private static async Task<IReadOnlyList<(int Number, string Name, string Sha256)>> ReadRecordsAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
    {
        if (!await IsThereAsync(connection, transaction, cancellationToken)) return [];
        await using var command = PostgresDatabase.Command(connection, "SELECT number, name, sha256 FROM schema_script ORDER BY number");
        command.Transaction = transaction;
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var records = new List<(int, string, string)>();
        while (await reader.ReadAsync(cancellationToken)) records.Add((reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
        return records;
    }

    private static async Task<bool> IsThereAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken cancellationToken)
    {
        await using var command = PostgresDatabase.Command(connection, $"SELECT to_regclass('{PostgresDatabase.Schema}.schema_script') IS NOT NULL");
        command.Transaction = transaction;
        return (bool)(await command.ExecuteScalarAsync(cancellationToken))!;
    }
}
