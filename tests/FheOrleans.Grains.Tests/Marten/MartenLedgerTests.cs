using FheOrleans.Silo.Storage.Marten;
using FheOrleans.Tests;
using Npgsql;

namespace FheOrleans.Grains.Tests;

/// <summary>What Marten's ledger store does beyond the contract.</summary>
public sealed class MartenLedgerTests
{
    [PostgreSqlTheory]
    [InlineData("UPDATE fheorleans_marten.mt_events SET bdata = '\\x00'")]
    [InlineData("DELETE FROM fheorleans_marten.mt_events")]
    [InlineData("TRUNCATE fheorleans_marten.mt_events CASCADE")]
    [InlineData("SET session_replication_role = replica; DELETE FROM fheorleans_marten.mt_events")]
    public async Task Change_OfWhatWasEntered_IsRefusedToTheTablesOwner(string statement)
    {
        using var place = MartenPlace.Open();
        await place.Ledgers.AppendAsync("t/o", new(1, Guid.NewGuid(), [1, 2, 3]));

        var refused = await Assert.ThrowsAsync<PostgresException>(() => PostgreSqlServer.ExecuteAsync(place.Postgres.ConnectionString, statement));

        // By the trigger; or, where the account is not even allowed to say that it replays, by that.
        Assert.Contains(refused.SqlState, (string[])[PostgresErrorCodes.RestrictViolation, PostgresErrorCodes.InsufficientPrivilege]);
        Assert.Equal([1, 2, 3], (await place.Ledgers.ReadLastAsync("t/o"))!.Entry);
    }

    [PostgreSqlFact]
    public async Task Append_BytesThatJsonWouldWriteOtherwise_ComeBackAsTheyWere()
    {
        using var place = MartenPlace.Open();
        byte[] entry = [.. "{\"b\":1.0,\"a\":1e2, \"a\":\"\\u0041\"}"u8, 0, 255, 254];

        Assert.True(await place.Ledgers.AppendAsync("t/o", new(1, Guid.NewGuid(), entry)));
        Assert.True(await place.Ledgers.AppendAsync("t/o", new(2, Guid.NewGuid(), [])));

        Assert.Equal(entry, (await place.Ledgers.ReadAsync("t/o", 0, 1))[0].Entry);
        Assert.Empty((await place.Ledgers.ReadLastAsync("t/o"))!.Entry);
    }

    [PostgreSqlFact]
    public async Task Append_SameReferenceInTwoLedgers_IsEnteredInBoth()
    {
        using var place = MartenPlace.Open();
        var reference = Guid.NewGuid();

        Assert.True(await place.Ledgers.AppendAsync("t/o", new(1, reference, [1])));
        Assert.True(await place.Ledgers.AppendAsync("u/o", new(1, reference, [2])));

        Assert.Equal([1], (await place.Ledgers.FindAsync("t/o", reference))!.Entry);
        Assert.Equal([2], (await place.Ledgers.FindAsync("u/o", reference))!.Entry);
        Assert.Null(await place.Ledgers.FindAsync("t/p", reference));
    }

    [PostgreSqlFact]
    public async Task Append_WhileConnectionsBreak_EveryAcknowledgedEntryIsThereOnceAndInOrder()
    {
        using var place = MartenPlace.Open();
        var references = Enumerable.Range(1, 40).Select(_ => Guid.NewGuid()).ToArray();
        for (var number = 1; number <= references.Length; number++)
        {
            var breaking = number % 3 == 0 ? Task.Run(place.Postgres.BreakConnectionsAsync) : Task.CompletedTask;
            Assert.True(await place.Ledgers.AppendAsync("t/o", new(number, references[number - 1], [(byte)number])), $"entry {number}");
            await breaking;
        }

        Assert.Equal(references, (await place.Ledgers.ReadAsync("t/o", 0, 100)).Select(record => record.Reference));
    }

    [Fact]
    public void Deserialize_FewerBytesThanAReference_SaysSo() =>
        Assert.Throws<InvalidDataException>(() => new LedgerEntered.Serializer().Deserialize(typeof(LedgerEntered), new byte[15]));
}
