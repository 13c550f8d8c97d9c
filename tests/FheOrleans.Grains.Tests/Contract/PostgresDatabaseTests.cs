using FheOrleans.Silo.Storage.Postgres;
using FheOrleans.Tests;
using Npgsql;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace FheOrleans.Grains.Tests;

/// <summary>What is particular to PostgreSQL: a server that goes away and comes back, and rules that the database itself keeps.</summary>
public sealed class PostgresDatabaseTests
{
    private static readonly GrainId Grain = GrainId.Create("sample", "t/o/a");
    private static readonly byte[] Gone = [.. Enumerable.Range(0, 64).Select(number => (byte)(number * 7 + 3))];

    [PostgreSqlFact]
    public async Task WriteAndAppend_ConnectionsBreakAgainAndAgain_EachIsStoredOnceAndNoneIsLost()
    {
        using var place = PostgresPlace.Open();
        await place.State.WriteStateAsync("s", Grain, new GrainState<SampleState> { State = new() });
        using var stop = new CancellationTokenSource();
        var breaking = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested) await place.BreakConnectionsAsync();
        });

        var wins = await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() => CountUpAsync(place, rounds: 12))));
        var entries = await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(() => AppendAsync(place, rounds: 12))));
        await stop.CancelAsync();
        await breaking;

        var record = new GrainState<SampleState>();
        await place.State.ReadStateAsync("s", Grain, record);
        Assert.Equal(wins.Sum(), record.State!.Number);
        var ledger = await place.Ledgers.ReadAsync("t/o", 0, 1000);
        Assert.Equal(Enumerable.Range(1, ledger.Length), ledger.Select(entry => (int)entry.Number));
        Assert.Equal(entries.SelectMany(taken => taken).Order(), ledger.Select(entry => entry.Reference).Order());
    }

    [PostgreSqlTheory, InlineData(false), InlineData(true)]
    public async Task Write_ServerGoesAwayAndComesBack_WaitsAndNothingAcknowledgedIsLost(bool isKilled)
    {
        using var place = PostgresPlace.OpenServer();
        using var stop = new CancellationTokenSource();
        var acknowledged = new int[6];
        var writing = Enumerable.Range(0, acknowledged.Length).Select(writer => Task.Run(async () =>
        {
            for (var number = 1; !stop.IsCancellationRequested; number++)
            {
                await place.Payloads.WriteAsync($"t/o/{writer}/{number}", Enumerable.Repeat((byte)number, 5000).ToArray());
                Volatile.Write(ref acknowledged[writer], number);
            }
        })).ToArray();
        await UntilEachHas(5);

        await (isKilled ? place.Server.KillAsync() : place.Server.StopAsync());
        await place.Server.StartAgainAsync();

        await UntilEachHas(acknowledged.Max() + 5);
        await stop.CancelAsync();
        await Task.WhenAll(writing);
        for (var writer = 0; writer < acknowledged.Length; writer++)
        {
            for (var number = 1; number <= acknowledged[writer]; number++)
                Assert.Equal(Enumerable.Repeat((byte)number, 5000), await place.Payloads.ReadAsync($"t/o/{writer}/{number}"));
        }

        Task UntilEachHas(int number) => Within.Time(
            Task.Run(async () =>
            {
                while (Enumerable.Range(0, acknowledged.Length).Any(writer => Volatile.Read(ref acknowledged[writer]) < number)) await Task.Delay(5);
            }),
            $"{number} writes of each");
    }

    [PostgreSqlFact]
    public async Task Write_RowHeldByATransactionOfWhoHangs_IsDoneWhenTheServerEndsThat()
    {
        using var place = PostgresPlace.Open();
        await using var hanging = await place.Database.Source.OpenConnectionAsync();
        await using var transaction = await hanging.BeginTransactionAsync();
        await using var command = PostgresDatabase.Command(
            hanging, "INSERT INTO payload (key, shard, value) VALUES ('t/o/x', $1, $2)", PostgresDatabase.Value(Shard.Of("t/o/x")), PostgresDatabase.Value(new byte[] { 1 }));
        await command.ExecuteNonQueryAsync();

        await place.Payloads.WriteAsync("t/o/x", new byte[] { 2 });

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => transaction.CommitAsync());
        Assert.Equal([2], await place.Payloads.ReadAsync("t/o/x"));
    }

    [PostgreSqlFact]
    public async Task Read_CallerGivesUpWhileTheServerIsAway_StopsWaiting()
    {
        await using var database = new PostgresDatabase("Host=127.0.0.1;Port=1;Database=d;Username=u;Password=of-nobody", TimeProvider.System);
        using var patience = new CancellationTokenSource();
        var reading = new PostgresPayloadStore(database).ReadAsync("t/o/x", patience.Token);

        await patience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
    }

    [PostgreSqlTheory, InlineData("127.0.0.1"), InlineData("127.0.0.1:1,127.0.0.1:2")]
    public async Task Read_ServerAwayForLongerThanPatience_TypedTransientErrorWithoutAddressOrPassword(string hosts)
    {
        var clock = new FakeClock();
        await using var database = new PostgresDatabase($"Host={hosts};Port=1;Database=d;Username=farmer;Password=of-nobody", clock);
        var reading = new PostgresPayloadStore(database).ReadAsync("t/o/x");

        while (!reading.IsCompleted)
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }

        var fault = await Assert.ThrowsAsync<StorageException>(() => reading);
        Assert.True(fault.IsTransient);
        Assert.Null(fault.InnerException);
        foreach (var secret in new[] { "127.0.0.1", "farmer", "of-nobody" }) Assert.DoesNotContain(secret, fault.ToString(), StringComparison.Ordinal);
    }

    [PostgreSqlTheory]
    [InlineData("Database=no_such_database", "there is no such database")]
    [InlineData("Username=no_such_account", "the account or its password is refused")]
    [InlineData("Password=of-nobody", "the account or its password is refused")]
    public async Task Read_ConnectionStringIsWrong_SaysWhereToLookAtOnce(string wrong, string expected)
    {
        using var place = PostgresPlace.Open();
        await using var database = new PostgresDatabase($"{place.ConnectionString};{wrong}", TimeProvider.System);

        var fault = await Assert.ThrowsAsync<StorageException>(() => new PostgresPayloadStore(database).ReadAsync("t/o/x"));

        Assert.False(fault.IsTransient);
        Assert.Contains(expected, fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(wrong.Split('=')[1], fault.ToString(), StringComparison.Ordinal);
    }

    [PostgreSqlTheory]
    [InlineData("UPDATE fheorleans.ledger SET entry = '\\x00'")]
    [InlineData("DELETE FROM fheorleans.ledger")]
    [InlineData("TRUNCATE fheorleans.ledger")]
    [InlineData("INSERT INTO fheorleans.ledger VALUES ('t/o', 1, gen_random_uuid(), '\\x00') ON CONFLICT (ledger, number) DO UPDATE SET entry = excluded.entry")]
    [InlineData("SET session_replication_role = replica; DELETE FROM fheorleans.ledger")]
    public async Task Ledger_ChangedBehindTheStore_IsRefusedByTheDatabaseItself(string statement)
    {
        using var place = PostgresPlace.Open();
        await place.Ledgers.AppendAsync("t/o", new(1, Guid.NewGuid(), [1, 2, 3]));
        var byRoot = place.Server.ConnectionStringOf(place.Database.Name, "root");

        await Assert.ThrowsAsync<PostgresException>(() => PostgreSqlServer.ExecuteAsync(place.ConnectionString, statement));
        Assert.Equal("23001", (await Assert.ThrowsAsync<PostgresException>(() => PostgreSqlServer.ExecuteAsync(byRoot, statement))).SqlState);

        Assert.Equal([1, 2, 3], (await place.Ledgers.ReadLastAsync("t/o"))!.Entry);
    }

    [PostgreSqlFact]
    public async Task Tables_Always_KeepNoiseAsItIsAndNoSamplesOfIt()
    {
        using var place = PostgresPlace.Open();

        var found = await PostgreSqlServer.ExecuteAsync(
            place.ConnectionString,
            """
            SELECT count(*) FILTER (WHERE attstorage = 'e' AND attstattarget = 0) || ' of ' || count(*) FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
            WHERE attname = 'value' AND relnamespace = 'fheorleans'::regnamespace AND relkind = 'r' AND (relname LIKE 'payload_%' OR relname LIKE 'grain_state_%')
            """);

        Assert.Equal("64 of 64", found);
    }

    [PostgreSqlTheory, InlineData(PostgreSqlServer.Account), InlineData(PostgreSqlServer.Root)]
    public async Task Scrub_SomebodyStillSeesWhatWasDeleted_WaitsForHim(string account)
    {
        using var place = PostgresPlace.OpenServer();
        await place.Payloads.WriteAsync("t/o/x", Gone);
        // A backup is often the administrator's, of whose sessions the server tells other accounts next to nothing.
        await using var reader = new NpgsqlConnection(place.Server.ConnectionStringOf(place.Database.Name, account));
        await reader.OpenAsync();
        await using var view = await reader.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead);
        // It has not come to the table yet, so no lock holds up whoever would rewrite it.
        await using var look = new NpgsqlCommand("SELECT count(*) FROM fheorleans.ledger", reader, view);
        Assert.Equal(0L, await look.ExecuteScalarAsync());
        await place.Payloads.DeleteAsync("t/o");

        var scrubbing = place.Erasure.ScrubAsync("t/o");
        Assert.True(await WaitsAsync(place, scrubbing));
        Assert.Equal(0L, await look.ExecuteScalarAsync());
        await view.CommitAsync();
        await scrubbing;

        Assert.False(place.Contains(Gone));
    }

    [PostgreSqlTheory, InlineData("SELECT 1"), InlineData("PREPARE TRANSACTION 'it'")]
    public async Task Scrub_SomebodyElsewhereOnTheServerWritesSinceBefore_WaitsForHim(string then)
    {
        using var place = PostgresPlace.OpenServer("max_prepared_transactions=1");
        await place.Payloads.WriteAsync("t/o/x", Gone);
        var elsewhere = await place.Server.CreateDatabaseAsync();
        await using var writer = new NpgsqlConnection(elsewhere);
        await writer.OpenAsync();
        await ExecuteAsync("BEGIN; SELECT pg_current_xact_id()");
        await ExecuteAsync(then);
        await place.Payloads.DeleteAsync("t/o");

        var scrubbing = place.Erasure.ScrubAsync("t/o");
        Assert.True(await WaitsAsync(place, scrubbing));
        await ExecuteAsync(then.StartsWith("PREPARE", StringComparison.Ordinal) ? "COMMIT PREPARED 'it'" : "COMMIT");
        await scrubbing;

        Assert.False(place.Contains(Gone));

        async Task ExecuteAsync(string text)
        {
#pragma warning disable CA2100 // This test's own.
            await using var command = new NpgsqlCommand(text, writer);
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync();
        }
    }

    [Theory, InlineData("t/o", 11), InlineData("t/o/datasets/herd/0000000001", 11), InlineData("vale/hill", 22), InlineData("operator", 6)]
    public void Shard_OfKey_IsWhatItHasAlwaysBeen(string key, int expected) => Assert.Equal(expected, Shard.Of(key));

    /// <summary>Whether it asks the server again and again whether it may begin, more often than it has statements otherwise.</summary>
    private static async Task<bool> WaitsAsync(PostgresPlace place, Task scrubbing)
    {
        var asked = new HashSet<object>();
        while (asked.Count < 20 && !scrubbing.IsCompleted)
        {
            var last = await PostgreSqlServer.ExecuteAsync(
                place.ConnectionString,
                $"""
                SELECT query_start FROM pg_stat_activity JOIN pg_locks USING (pid)
                WHERE locktype = 'advisory' AND granted AND classid = {PostgresSchema.LockClass} AND objid = 3
                """);
            if (last is not null) asked.Add(last);
        }
        return !scrubbing.IsCompleted;
    }

    private static async Task<int> CountUpAsync(PostgresPlace place, int rounds)
    {
        var wins = 0;
        for (var round = 0; round < rounds; round++)
        {
            var record = new GrainState<SampleState>();
            await place.State.ReadStateAsync("s", Grain, record);
            record.State!.Number++;
            try
            {
                await place.State.WriteStateAsync("s", Grain, record);
                wins++;
            }
            catch (InconsistentStateException)
            {
                // Somebody else was first; nothing of ours may be stored.
            }
        }
        return wins;
    }

    private static async Task<List<Guid>> AppendAsync(PostgresPlace place, int rounds)
    {
        var taken = new List<Guid>();
        for (var round = 0; round < rounds; round++)
        {
            var record = new LedgerRecord(((await place.Ledgers.ReadLastAsync("t/o"))?.Number ?? 0) + 1, Guid.NewGuid(), [1, 2, 3]);
            if (await place.Ledgers.AppendAsync("t/o", record)) taken.Add(record.Reference);
        }
        return taken;
    }
}
