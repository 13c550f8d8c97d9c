using FheOrleans.Hosting;
using FheOrleans.Silo.Storage.Postgres;
using JasperFx;
using Weasel.Core;
using Weasel.Core.Migrations;

namespace FheOrleans.Silo.Storage.Marten;

/// <summary>Marten's tables: made by <c>--prepare</c>, only looked at by silos.</summary>
/// <remarks>
/// Processes that make them at the same time get in one another's way: of four hosts that did so as they started, one failed each time. So one
/// process makes them, and the store of silos makes none. Apply <see cref="PostgresSchema"/> before: a fence here stands on it.
/// </remarks>
internal sealed class MartenSchema(PostgresDatabase postgres, MartenDatabase database)
{
    private static readonly string Lock = $"{PostgresSchema.LockClass}, 4";

    private const string MissingSql =
        $"""
        SELECT NOT EXISTS (
            SELECT FROM pg_trigger
            WHERE tgname = 'ledger_is_never_changed' AND tgrelid = to_regclass('{MartenDatabase.Schema}.mt_events') AND tgenabled = 'A')
        """;

    // Events are added to and never changed, also not by whoever owns the table: the fence that is around our own table of ledgers.
    private const string FenceSql =
        $"""
        DROP TRIGGER IF EXISTS ledger_is_never_changed ON {MartenDatabase.Schema}.mt_events;
        CREATE TRIGGER ledger_is_never_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON {MartenDatabase.Schema}.mt_events
            FOR EACH STATEMENT EXECUTE FUNCTION {PostgresDatabase.Schema}.ledger_is_only_added_to();
        ALTER TABLE {MartenDatabase.Schema}.mt_events ENABLE ALWAYS TRIGGER ledger_is_never_changed;
        """;

    /// <summary>Makes what is missing of Marten's tables and functions, and the fence around the ledgers. May be repeated.</summary>
    /// <returns>Whether anything was missing.</returns>
    /// <exception cref="Grains.StorageException">The database cannot be reached, or refuses.</exception>
    internal Task<bool> ApplyAsync(CancellationToken cancellationToken) => postgres.RunAsync(
        async attempt =>
        {
            // Held on this connection while Marten works on others of the pool.
            await ExecuteAsync(attempt, $"SET lock_timeout = 0; SET statement_timeout = 0; SELECT pg_advisory_lock({Lock})");
            try
            {
                var tables = await MartenDatabase.UnwrapAsync(() =>
                    database.Store.Storage.Database.ApplyAllConfiguredChangesToDatabaseAsync(AutoCreate.CreateOrUpdate, ct: cancellationToken));
                var isFenceMissing = await IsFenceMissingAsync(attempt);
                if (isFenceMissing) await ExecuteAsync(attempt, FenceSql);
                return isFenceMissing || tables != SchemaPatchDifference.None;
            }
            finally
            {
                // The pool would keep it until somebody uses the connection again.
                if (attempt.Connection.State == System.Data.ConnectionState.Open) await ExecuteAsync(attempt, $"SELECT pg_advisory_unlock({Lock})");
            }
        },
        cancellationToken);

    /// <summary>Looks whether the database has the tables this program expects.</summary>
    /// <exception cref="StartException">It has not; the message says what to run.</exception>
    /// <exception cref="Grains.StorageException">The database cannot be reached.</exception>
    internal Task CheckAsync(CancellationToken cancellationToken) => postgres.RunAsync(
        async attempt =>
        {
            if (!await MartenDatabase.UnwrapAsync(() => IsAsExpectedAsync(cancellationToken)))
                throw Missing("has not the tables that this program's Marten expects");
            return await IsFenceMissingAsync(attempt) ? throw Missing("lacks the trigger that keeps ledgers from being changed") : true;
        },
        cancellationToken);

    private async Task<bool> IsAsExpectedAsync(CancellationToken cancellationToken)
    {
        try
        {
            await database.Store.Storage.Database.AssertDatabaseMatchesConfigurationAsync(cancellationToken);
            return true;
        }
        catch (DatabaseValidationException)
        {
            return false; // Its text is pages of statements.
        }
    }

    private StartException Missing(string what) => new($"The database {postgres.Name} {what}. Make a backup, then run this program with --prepare.");

    private static async Task<bool> IsFenceMissingAsync(PostgresAttempt attempt)
    {
        await using var command = PostgresDatabase.Command(attempt.Connection, MissingSql);
        return (bool)(await command.ExecuteScalarAsync(attempt.CancellationToken))!;
    }

    private static async Task ExecuteAsync(PostgresAttempt attempt, string text)
    {
        await using var command = PostgresDatabase.Command(attempt.Connection, text);
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync(attempt.CancellationToken);
    }
}
