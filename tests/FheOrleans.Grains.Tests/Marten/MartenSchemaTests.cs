using FheOrleans.Hosting;
using FheOrleans.Silo.Storage.Marten;
using FheOrleans.Silo.Storage.Postgres;
using FheOrleans.Tests;
using Npgsql;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace FheOrleans.Grains.Tests;

/// <summary>Marten's tables are made once, by <c>--prepare</c>, and what a node kept without a cluster is taken in.</summary>
public sealed class MartenSchemaTests
{
    private static readonly GrainId Grain = GrainId.Create("dataset", "t/o/a");

    [PostgreSqlFact]
    public async Task Check_UnpreparedThenPrepared_RefusesThenAccepts()
    {
        using var place = MartenPlace.OpenUnprepared();

        var failure = await Assert.ThrowsAsync<StartException>(() => place.Schema.CheckAsync(CancellationToken.None));
        Assert.Contains("--prepare", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("CREATE", failure.Message, StringComparison.OrdinalIgnoreCase);

        Assert.True(await place.Schema.ApplyAsync(CancellationToken.None));
        Assert.False(await place.Schema.ApplyAsync(CancellationToken.None));
        await place.Schema.CheckAsync(CancellationToken.None);
    }

    [PostgreSqlFact]
    public async Task Apply_FourAtOnce_AllSucceed()
    {
        using var place = MartenPlace.OpenUnprepared();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => place.Schema.ApplyAsync(CancellationToken.None))));

        await place.Schema.CheckAsync(CancellationToken.None);
    }

    [PostgreSqlTheory]
    [InlineData("DROP TRIGGER ledger_is_never_changed ON fheorleans_marten.mt_events")]
    [InlineData("ALTER TABLE fheorleans_marten.mt_events DISABLE TRIGGER ledger_is_never_changed")]
    [InlineData("ALTER TABLE fheorleans_marten.mt_doc_grain DROP COLUMN mt_version")]
    [InlineData("DROP INDEX fheorleans_marten.idx_mt_events_event_id")]
    public async Task Check_SomethingTakenAway_RefusesUntilPreparedAgain(string statement)
    {
        using var place = MartenPlace.Open();
        await PostgreSqlServer.ExecuteAsync(place.Postgres.ConnectionString, statement);

        await Assert.ThrowsAsync<StartException>(() => place.Schema.CheckAsync(CancellationToken.None));

        await place.Schema.ApplyAsync(CancellationToken.None);
        await place.Schema.CheckAsync(CancellationToken.None);
    }

    [PostgreSqlFact]
    public async Task Adopt_WhatANodeKept_IsTheClustersByteForByte()
    {
        using var place = MartenPlace.Open();
        var records = Enumerable.Range(1, 450).Select(number => new LedgerRecord(number, Guid.NewGuid(), [(byte)number, 0, 255])).ToArray();
        foreach (var key in new[] { "t/o/a", "u/o/b" })
        {
            var record = new GrainState<SampleState> { State = new() { Bytes = [1, 2, 3] } };
            await place.Postgres.State.WriteStateAsync("s", GrainId.Create("dataset", key), record);
        }
        foreach (var record in records) Assert.True(await place.Postgres.Ledgers.AppendAsync("t/o", record));
        await Assert.ThrowsAsync<StartException>(() => place.Adoption.CheckAsync(CancellationToken.None));

        Assert.Equal((2, 450), await place.Adoption.RunAsync(CancellationToken.None));

        await place.Adoption.CheckAsync(CancellationToken.None);
        Assert.Equal((0, 0), await place.Adoption.RunAsync(CancellationToken.None));
        Assert.Equal([1, 2, 3], (await ReadAsync(place.State)).State!.Bytes);
        var adopted = await place.Ledgers.ReadAsync("t/o", 0, 1000);
        Assert.Equal(records.Select(record => (record.Number, record.Reference)), adopted.Select(record => (record.Number, record.Reference)));
        Assert.Equal(records.SelectMany(record => record.Entry), adopted.SelectMany(record => record.Entry));
        // The cluster goes on from there.
        Assert.True(await place.Ledgers.AppendAsync("t/o", new(451, Guid.NewGuid(), [1])));
        Assert.Equal((0, 0), await place.Adoption.RunAsync(CancellationToken.None));
    }

    [PostgreSqlFact]
    public async Task Check_LedgerNotTakenInYet_Refuses()
    {
        // As --prepare leaves it that was ended between the records of state and the ledgers.
        using var place = MartenPlace.Open();
        Assert.True(await place.Postgres.Ledgers.AppendAsync("t/o", new(1, Guid.NewGuid(), [1])));
        Assert.True(await place.Postgres.Ledgers.AppendAsync("t/o", new(2, Guid.NewGuid(), [2])));

        await Assert.ThrowsAsync<StartException>(() => place.Adoption.CheckAsync(CancellationToken.None));

        Assert.Equal((0, 2), await place.Adoption.RunAsync(CancellationToken.None));
        await place.Adoption.CheckAsync(CancellationToken.None);
        // The cluster's own ledgers are longer than what was taken in, and begin without anything.
        Assert.True(await place.Ledgers.AppendAsync("t/o", new(3, Guid.NewGuid(), [3])));
        Assert.True(await place.Ledgers.AppendAsync("t/p", new(1, Guid.NewGuid(), [1])));
        await place.Adoption.CheckAsync(CancellationToken.None);
    }

    [PostgreSqlFact]
    public async Task Adopt_RecordThatCannotBeTakenIn_EndsAndSaysSo()
    {
        using var place = MartenPlace.Open();
        await place.Postgres.State.WriteStateAsync("s", Grain, new GrainState<SampleState> { State = new() });
        await PostgreSqlServer.ExecuteAsync(
            place.Postgres.ConnectionString,
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = 'unique_violation'; END $$; "
            + "CREATE TRIGGER refuse BEFORE INSERT ON fheorleans_marten.mt_doc_grain EXECUTE FUNCTION refuse()");

        var failure = await Within.Time(
            Assert.ThrowsAsync<StartException>(() => place.Adoption.RunAsync(CancellationToken.None)), "the end of what cannot be taken in");

        Assert.Contains("--prepare", failure.Message, StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public async Task Adopt_WrittenAndDeletedPastTheCluster_TakesWhatIsThere()
    {
        using var place = MartenPlace.Open();
        var other = GrainId.Create("dataset", "t/o/b");
        foreach (var grain in new[] { Grain, other })
            await place.State.WriteStateAsync("s", grain, new GrainState<SampleState> { State = new() { Number = 1 } });
        await WritePastAsync(place, Grain, record => place.Postgres.State.WriteStateAsync("s", Grain, record));
        await WritePastAsync(place, other, record => place.Postgres.State.ClearStateAsync("s", other, record));
        var failure = await Assert.ThrowsAsync<InconsistentStateException>(() => ReadAsync(place.State));
        Assert.Contains("--prepare", failure.Message, StringComparison.Ordinal);

        Assert.Equal((2, 0), await place.Adoption.RunAsync(CancellationToken.None));

        Assert.Equal(2, (await ReadAsync(place.State)).State!.Number);
        var gone = new GrainState<SampleState>();
        await place.State.ReadStateAsync("s", other, gone);
        Assert.False(gone.RecordExists);
    }

    [PostgreSqlFact]
    public async Task Adopt_LedgersThatDiffer_Refuses()
    {
        using var place = MartenPlace.Open();
        await place.Ledgers.AppendAsync("t/o", new(1, Guid.NewGuid(), [1]));
        await place.Postgres.Ledgers.AppendAsync("t/o", new(1, Guid.NewGuid(), [2]));

        var failure = await Assert.ThrowsAsync<StartException>(() => place.Adoption.RunAsync(CancellationToken.None));

        Assert.Contains("t/o", failure.Message, StringComparison.Ordinal);
    }

    [PostgreSqlFact]
    public async Task Restore_OfADump_IsTheClusterAsItWas()
    {
        using var place = MartenPlace.Open();
        var server = place.Postgres.Server;
        await place.State.WriteStateAsync("s", Grain, new GrainState<SampleState> { State = new() { Number = 7 } });
        await place.Ledgers.AppendAsync("t/o", new(1, Guid.NewGuid(), [1, 2, 3]));
        var dump = Path.GetTempFileName();
        await server.RunAsync("pg_dump", "--format=custom", $"--file={dump}", $"--dbname={NameOf(place.Postgres.ConnectionString)}");
        var restored = await server.CreateDatabaseAsync("template0");

        await server.RunAsync("pg_restore", "--exit-on-error", "--single-transaction", $"--dbname={NameOf(restored)}", dump);

        File.Delete(dump);
        await using var database = new PostgresDatabase(restored, TimeProvider.System);
        using var marten = new MartenDatabase(database);
        await new MartenSchema(database, marten).CheckAsync(CancellationToken.None);
        await new MartenAdoption(database, marten).CheckAsync(CancellationToken.None);
        Assert.Equal(7, (await ReadAsync(new MartenGrainStorage(marten))).State!.Number);
        var ledgers = new MartenLedgerStore(marten);
        Assert.Equal([1, 2, 3], (await ledgers.ReadLastAsync("t/o"))!.Entry);
        Assert.True(await ledgers.AppendAsync("t/o", new(2, Guid.NewGuid(), [4])));
    }

    private static string NameOf(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString).Database!;

    private static async Task WritePastAsync(MartenPlace place, GrainId grain, Func<GrainState<SampleState>, Task> write)
    {
        var record = new GrainState<SampleState>();
        await place.Postgres.State.ReadStateAsync("s", grain, record);
        record.State!.Number++;
        await write(record);
    }

    private static async Task<GrainState<SampleState>> ReadAsync(IGrainStorage storage)
    {
        var record = new GrainState<SampleState>();
        await storage.ReadStateAsync("s", Grain, record);
        return record;
    }
}
