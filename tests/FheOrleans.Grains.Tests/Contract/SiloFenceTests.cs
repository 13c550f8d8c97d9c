using FheOrleans.Silo.Storage.Postgres;
using FheOrleans.Tests;

namespace FheOrleans.Grains.Tests;

/// <summary>A silo's payload store does what any does while the silo is one of the cluster's.</summary>
[OnPostgreSql]
public sealed class FencedPayloadStoreTests : PayloadStoreContract
{
    private protected override StoragePlace Open() => PostgresPlace.OpenFenced(SiloFenceTests.Silo);
}

/// <summary>And neither writes nor deletes when it is not.</summary>
[OnPostgreSql]
public sealed class SiloFenceTests
{
    internal static readonly SiloFence Silo = new("vale", "10.0.0.5", 11111, 7);

    private const string Key = "vale/hill/inferences/july/0000000001";
    private static readonly byte[] Before = [1, 2, 3], After = [4, 5];

    [PostgreSqlTheory]
    [InlineData("UPDATE fheorleans.orleans_silo SET status = 6")] // Declared dead.
    [InlineData("DELETE FROM fheorleans.orleans_silo")] // And cleared away since.
    [InlineData("UPDATE fheorleans.orleans_silo SET generation = 8")] // Started anew at the same place.
    [InlineData("INSERT INTO fheorleans.orleans_cluster (cluster) VALUES ('moor'); UPDATE fheorleans.orleans_silo SET cluster = 'moor'")]
    public async Task WriteAndDelete_SiloNotOneOfTheClusters_ChangeNothingAndSaySo(string change)
    {
        using var place = PostgresPlace.OpenFenced(Silo);
        await place.Payloads.WriteAsync(Key, Before);
        await PostgreSqlServer.ExecuteAsync(place.ConnectionString, change);

        foreach (var refused in new[]
        {
            () => place.Payloads.WriteAsync(Key, After),
            () => place.Payloads.WriteAsync(Key + "0", After),
            () => place.Payloads.DeleteAsync(Key),
            () => place.Payloads.DeleteAsync("vale/hill"),
        })
        {
            var fault = await Assert.ThrowsAsync<StorageException>(refused);
            Assert.Contains("declared this silo dead", fault.Message, StringComparison.Ordinal);
            Assert.True(fault.IsTransient);
        }

        Assert.Equal(Before, await place.Payloads.ReadAsync(Key));
        Assert.Null(await place.Payloads.ReadAsync(Key + "0"));
    }

    [PostgreSqlTheory, InlineData(1), InlineData(2), InlineData(4), InlineData(5)]
    public async Task Write_SiloThatJoinsOrLeaves_IsDone(int status)
    {
        using var place = PostgresPlace.OpenFenced(Silo);
        await PostgreSqlServer.ExecuteAsync(place.ConnectionString, FormattableString.Invariant($"UPDATE fheorleans.orleans_silo SET status = {status}"));

        await place.Payloads.WriteAsync(Key, After);

        Assert.Equal(After, await place.Payloads.ReadAsync(Key));
    }
}
