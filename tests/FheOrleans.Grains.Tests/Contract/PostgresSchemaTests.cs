using FheOrleans.Hosting;
using FheOrleans.Silo.Storage.Postgres;
using FheOrleans.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FheOrleans.Grains.Tests;

/// <summary>How a database comes to its schema, and who may use it.</summary>
public sealed class PostgresSchemaTests
{
    private static readonly SchemaScript One = new(1, "001_one.sql", "CREATE TABLE one (id integer);");
    private static readonly SchemaScript Two = new(2, "002_two.sql", "CREATE TABLE two (id integer);");

    [PostgreSqlFact]
    public async Task Apply_Twice_TheSecondTimeNothing()
    {
        await using var database = await CreateAsync();

        Assert.Equal(SchemaScript.ReadAll().Select(script => script.Name), await ApplyAsync(database));
        Assert.Empty(await ApplyAsync(database));
        await new PostgresSchema(database).CheckAsync(CancellationToken.None);
    }

    [PostgreSqlFact]
    public async Task Apply_ManyAtOnce_EachScriptOnce()
    {
        await using var database = await CreateAsync();

        var applied = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => ApplyAsync(database, One, Two))));

        Assert.Equal(["001_one.sql", "002_two.sql"], applied.SelectMany(names => names));
    }

    [PostgreSqlFact]
    public async Task Apply_FurtherScript_OnlyThat()
    {
        await using var database = await CreateAsync();
        await ApplyAsync(database, One);

        var missing = await Assert.ThrowsAsync<StartException>(
            () => new PostgresSchema(database, [One, Two]).CheckAsync(CancellationToken.None));

        Assert.Contains("lacks 002_two.sql", missing.Message, StringComparison.Ordinal);
        Assert.Contains("--prepare", missing.Message, StringComparison.Ordinal);
        Assert.Equal(["002_two.sql"], await ApplyAsync(database, One, Two));
    }

    [PostgreSqlFact]
    public async Task Apply_ScriptThatFails_LeavesNothingOfAny()
    {
        await using var database = await CreateAsync();

        await Assert.ThrowsAsync<StorageException>(
            () => ApplyAsync(database, One, Two with { Text = "CREATE TABLE two (id integer); SELECT 1 / 0;" }));

        Assert.Equal(["001_one.sql", "002_two.sql"], await ApplyAsync(database, One, Two));
    }

    [PostgreSqlFact]
    public async Task ApplyAndCheck_ScriptChangedSince_RefusedWithBothHashes()
    {
        await using var database = await CreateAsync();
        await ApplyAsync(database, One);
        var changed = new SchemaScript(1, "001_one.sql", "CREATE TABLE one (id bigint);");

        foreach (var ask in new[] { () => ApplyAsync(database, changed), () => new PostgresSchema(database, [changed]).CheckAsync(CancellationToken.None) })
        {
            var refusal = await Assert.ThrowsAsync<StartException>(ask);
            Assert.Contains(One.Sha256, refusal.Message, StringComparison.Ordinal);
            Assert.Contains(changed.Sha256, refusal.Message, StringComparison.Ordinal);
        }
    }

    [PostgreSqlFact]
    public async Task ApplyAndCheck_ScriptThatThisProgramLacks_RefusedByName()
    {
        await using var database = await CreateAsync();
        await ApplyAsync(database, One, Two);

        Assert.Contains("has 002_two.sql", (await Assert.ThrowsAsync<StartException>(() => ApplyAsync(database, One))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sha256_OtherLineEndings_IsTheSame() =>
        Assert.Equal((One with { Text = "a\nb\n" }).Sha256, new SchemaScript(1, "001_one.sql", "a\r\nb\r\n").Sha256);

    [PostgreSqlFact]
    public async Task Claim_SecondOfTheSameDatabase_RefusedUntilTheFirstIsGone()
    {
        await using var database = await CreateAsync();
        await using (await ClaimAsync(database))
        {
            Assert.Contains("Another node uses", (await Assert.ThrowsAsync<StartException>(() => ClaimAsync(database))).Message, StringComparison.Ordinal);
        }
        await using var again = await ClaimAsync(database);
    }

    [PostgreSqlFact]
    public async Task Claim_SessionBreaks_IsTakenAgainAndWorkGoesOn()
    {
        using var place = PostgresPlace.Open();
        await using var claim = await ClaimAsync(place.Database);

        await place.BreakConnectionsAsync();

        await Within.Time(place.Payloads.WriteAsync("t/o/x", new byte[] { 1 }), "a write after the claim's session broke");
        await Within.Time(UntilRefusedAsync(place.Database), "the claim, taken again");
    }

    [PostgreSqlFact]
    public async Task Claim_TakenBySomebodyElseWhileItWasLost_EndsTheNode()
    {
        await using var database = await CreateAsync();
        var taken = new TaskCompletionSource();
        await using var claim = await DatabaseClaim.TakeAsync(
            database, isShared: false, NullLogger.Instance, taken.SetResult, CancellationToken.None);

        // Within the server, where the other is mostly quicker than a new session can be; as often as it takes, for a busy machine lets the
        // node claim its database again first.
        await using var other = database.NewSession("another node");
        await other.OpenAsync();
        await using var take = new NpgsqlCommand(
            $"""
            DO $$ BEGIN
              LOOP
                PERFORM pg_terminate_backend(pid) FROM pg_locks
                  WHERE locktype = 'advisory' AND classid = {PostgresSchema.LockClass} AND pid <> pg_backend_pid()
                    AND database = (SELECT oid FROM pg_database WHERE datname = current_database());
                EXIT WHEN pg_try_advisory_lock({PostgresSchema.LockClass}, 2);
              END LOOP;
            END $$
            """,
            other);
        await take.ExecuteNonQueryAsync();

        await Within.Time(taken.Task, "the end of the node that lost its database");
    }

    private static async Task UntilRefusedAsync(PostgresDatabase database)
    {
        while (true)
        {
            try
            {
                await using var claim = await ClaimAsync(database);
            }
            catch (StartException)
            {
                return;
            }
        }
    }

    private static Task<DatabaseClaim> ClaimAsync(PostgresDatabase database) =>
        DatabaseClaim.TakeAsync(database, isShared: false, NullLogger.Instance, () => { }, CancellationToken.None);

    private static async Task<PostgresDatabase> CreateAsync() =>
        new(await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync(), TimeProvider.System);

    private static Task<IReadOnlyList<string>> ApplyAsync(PostgresDatabase database, params SchemaScript[] scripts) =>
        new PostgresSchema(database, scripts.Length == 0 ? null : scripts).ApplyAsync(CancellationToken.None);
}
