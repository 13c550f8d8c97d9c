using FheOrleans.Silo.Storage.Postgres;
using FheOrleans.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace FheOrleans.Grains.Tests;

/// <summary>What becomes of work whose session the server ends, or refuses, or cannot be reached for.</summary>
public sealed class PostgresSessionTests
{
    // As PostgreSQL says it: the transaction is undone, and the session goes on.
    private const string Deadlock = "DO $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = 'deadlock_detected'; END $$";

    private const string End = "SELECT pg_terminate_backend(pg_backend_pid())";

    [PostgreSqlTheory, InlineData(Deadlock, false), InlineData(End, true)]
    public async Task Run_AgainAfterAFault_IsInDoubtOnlyWhereTheSessionBroke(string fault, bool isInDoubt)
    {
        using var place = PostgresPlace.Open();
        var attempts = new List<bool>();

        await place.Database.RunAsync(
            async attempt =>
            {
                attempts.Add(attempt.MayHaveBeenStored);
                if (attempts.Count > 1) return true;
                await using var command = PostgresDatabase.Command(attempt.Connection, fault);
                await command.ExecuteNonQueryAsync();
                return false;
            },
            CancellationToken.None);

        Assert.Equal([false, isInDoubt], attempts);
    }

    [PostgreSqlFact]
    public async Task Write_ServerHasEndedTheIdleSession_IsServedByAnother()
    {
        using var place = PostgresPlace.Open();
        await using var database = new PostgresDatabase($"{place.ConnectionString};Options=-c idle_session_timeout=20", TimeProvider.System);
        var payloads = new PostgresPayloadStore(database);
        await payloads.WriteAsync("t/o/x", new byte[] { 1 });

        await UntilAsync(place.ConnectionString, "SELECT count(*) = 0 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");

        await payloads.WriteAsync("t/o/x", new byte[] { 2 });
        Assert.Equal([2], await payloads.ReadAsync("t/o/x"));
    }

    [PostgreSqlTheory]
    [InlineData("", "fheorleans", 20, 5, 32)]
    [InlineData("Application Name=farm;Maximum Pool Size=7;Timeout=9;Max Auto Prepare=0", "farm", 7, 9, 0)]
    public async Task Settings_OfTheFile_HoldAndTheOthersAreOurs(string file, string name, int connections, int patience, int prepared)
    {
        await using var database = new PostgresDatabase($"Host=127.0.0.1;Database=d;{file}", TimeProvider.System);

        var settings = new NpgsqlConnectionStringBuilder(database.Source.ConnectionString);

        Assert.Equal((name, connections), (settings.ApplicationName, settings.MaxPoolSize));
        Assert.Equal((patience, prepared), (settings.Timeout, settings.MaxAutoPrepare));
    }

    [PostgreSqlFact]
    public async Task Session_DatabaseEndsIdleOnes_IsNotEnded()
    {
        using var place = PostgresPlace.Open();
        await PostgreSqlServer.ExecuteAsync(place.ConnectionString, $"ALTER DATABASE {place.Database.Name} SET idle_session_timeout = '1s'");

        await using var session = place.Database.NewSession("fheorleans-node");
        await session.OpenAsync();
        await using var command = PostgresDatabase.Command(session, "SHOW idle_session_timeout");

        Assert.Equal("0", await command.ExecuteScalarAsync());
    }

    [PostgreSqlFact]
    public async Task Claim_NameOfTheServerLeadsNowhere_TypedTransientErrorWithoutIt()
    {
        await using var database = new PostgresDatabase("Host=farm.invalid;Database=d;Username=u;Password=of-nobody", TimeProvider.System);

        var fault = await Assert.ThrowsAsync<StorageException>(
            () => DatabaseClaim.TakeAsync(database, isShared: false, NullLogger.Instance, () => { }, CancellationToken.None));

        Assert.True(fault.IsTransient);
        Assert.DoesNotContain("farm.invalid", fault.ToString(), StringComparison.Ordinal);
    }

    [PostgreSqlTheory, InlineData("127.0.0.1:1,{0}"), InlineData("{0},127.0.0.1:1")]
    public async Task Write_SeveralHostsOneOfThemAway_TheOtherServes(string hosts)
    {
        using var place = PostgresPlace.Open();
        var settings = new NpgsqlConnectionStringBuilder(place.ConnectionString);
        settings.Host = string.Format(System.Globalization.CultureInfo.InvariantCulture, hosts, $"{settings.Host}:{settings.Port}");
        await using var database = new PostgresDatabase(settings.ToString(), TimeProvider.System);

        await using var claim = await DatabaseClaim.TakeAsync(database, isShared: false, NullLogger.Instance, () => { }, CancellationToken.None);
        await new PostgresPayloadStore(database).WriteAsync("t/o/x", new byte[] { 1 });

        Assert.Equal([1], await place.Payloads.ReadAsync("t/o/x"));
    }

    private static Task UntilAsync(string connectionString, string question) => Within.Time(
        Task.Run(async () =>
        {
            while (!(bool)(await PostgreSqlServer.ExecuteAsync(connectionString, question))!) await Task.Delay(5);
        }),
        question);
}
