using FheOrleans.Silo.Storage.Marten;
using FheOrleans.Tests;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace FheOrleans.Grains.Tests;

/// <summary>What Marten's grain storage does beyond the contract.</summary>
public sealed class MartenStateTests
{
    private static readonly GrainId Grain = GrainId.Create("sample", "t/o/a");

    [Theory]
    [InlineData("dataset", "t/o/a", "t")]
    [InlineData("dataowner", "t/o", "t")]
    [InlineData("tenant", "t", "t")]
    [InlineData("tenantquota", "t", "t")]
    [InlineData("modeldirectory", "t", "t")]
    [InlineData("modeldirectory", GrainKeys.Public, GrainKeys.Public)]
    [InlineData("model", "public/public/m", GrainKeys.Public)]
    [InlineData("operator", GrainKeys.Operator, StateRecord.Cluster)]
    [InlineData("unfinishedwork", GrainKeys.UnfinishedWork, StateRecord.Cluster)]
    // Tenants of those names are not the cluster.
    [InlineData("tenant", GrainKeys.Operator, GrainKeys.Operator)]
    [InlineData("dataset", "operator/o/a", GrainKeys.Operator)]
    public void Tenant_OfEveryKindOfKey_IsTheKeysOwn(string kind, string key, string tenant) =>
        Assert.Equal(tenant, StateRecord.Of("s", GrainId.Create(kind, key)).Tenant);

    /// <summary>Grains whose key is a tenant's name are told from the cluster's by their kind.</summary>
    [Theory, InlineData("tenant"), InlineData("tenantquota"), InlineData("modeldirectory")]
    public void Tenant_KindsOfOneNameAreGrainsOfTheProgram(string kind)
    {
        Assert.Contains(typeof(KeySets.KeySetGrain).Assembly.GetTypes(), type => type.Name.Equals(kind + "Grain", StringComparison.OrdinalIgnoreCase));
        Assert.Equal("t", StateRecord.Of("s", GrainId.Create(kind, "t")).Tenant);
    }

    [Fact]
    public void Cluster_AsATenantsName_IsNone() => Assert.False(Name.IsValid(StateRecord.Cluster));

    [PostgreSqlFact]
    public async Task Write_OfTwoTenants_EachSeesItsOwn()
    {
        using var place = MartenPlace.Open();
        foreach (var tenant in new[] { "t", "u" })
            await place.State.WriteStateAsync("s", GrainId.Create("sample", $"{tenant}/o/a"), new GrainState<SampleState> { State = new() });

        await using var session = place.Marten.Store.QuerySession("t");

        Assert.NotNull(await session.LoadAsync<GrainDocument>("t/o/a|sample|s"));
        Assert.Null(await session.LoadAsync<GrainDocument>("u/o/a|sample|s"));
        Assert.ThrowsAny<Exception>(() => place.Marten.Store.QuerySession());
    }

    [PostgreSqlFact]
    public async Task Clear_ThenScrub_LeavesNeitherBytesNorTombstoneAndStillRefusesTheOldVersion()
    {
        using var place = MartenPlace.Open();
        var record = new GrainState<SampleState> { State = new() { Number = 1 } };
        await place.State.WriteStateAsync("s", Grain, record);
        var stale = new GrainState<SampleState> { State = record.State, ETag = record.ETag };

        await place.State.ClearStateAsync("s", Grain, record);

        Assert.Equal((1L, 0L), (await CountAsync(place, "fheorleans_marten.mt_doc_grain"), await CountAsync(place, "fheorleans.grain_state")));
        await place.Erasure.ScrubAsync("t/o");
        Assert.Equal(0, await CountAsync(place, "fheorleans_marten.mt_doc_grain"));
        await Assert.ThrowsAsync<InconsistentStateException>(() => place.State.WriteStateAsync("s", Grain, stale));
        await Assert.ThrowsAsync<InconsistentStateException>(() => place.State.ClearStateAsync("s", Grain, stale));
        Assert.Equal(0, await CountAsync(place, "fheorleans_marten.mt_doc_grain"));
    }

    [PostgreSqlFact]
    public async Task Write_WithAVersionThatIsNone_InconsistentStateException()
    {
        using var place = MartenPlace.Open();

        var failure = await Assert.ThrowsAsync<InconsistentStateException>(() =>
            place.State.WriteStateAsync("s", Grain, new GrainState<SampleState> { State = new(), ETag = "no version of ours" }));

        Assert.Null(failure.InnerException);
    }

    [PostgreSqlFact]
    public async Task Write_WhileConnectionsBreak_WhatIsAcknowledgedIsStoredOnce()
    {
        using var place = MartenPlace.Open();
        await place.State.WriteStateAsync("s", Grain, new GrainState<SampleState> { State = new() });
        var wins = 0;

        await Task.WhenAll(Enumerable.Range(0, 4).Select(writer => Task.Run(async () =>
        {
            for (var round = 0; round < 10; round++)
            {
                var breaking = writer == 0 && round % 2 == 0 ? Task.Run(place.Postgres.BreakConnectionsAsync) : Task.CompletedTask;
                try
                {
                    var record = new GrainState<SampleState>();
                    await place.State.ReadStateAsync("s", Grain, record);
                    record.State!.Number++;
                    await place.State.WriteStateAsync("s", Grain, record);
                    Interlocked.Increment(ref wins);
                }
                catch (InconsistentStateException)
                {
                    // Somebody else was first; nothing of ours may be stored.
                }
                await breaking;
            }
        })));

        var last = new GrainState<SampleState>();
        await place.State.ReadStateAsync("s", Grain, last);
        Assert.Equal(wins, last.State!.Number);
    }

    [PostgreSqlFact]
    public async Task Use_OfADatabaseWithoutTables_StorageExceptionAndMakesNone()
    {
        using var place = MartenPlace.OpenUnprepared();

        var record = new GrainState<SampleState> { State = new() };
        var failure = await Assert.ThrowsAsync<StorageException>(() => place.State.WriteStateAsync("s", Grain, record));

        Assert.Null(failure.InnerException);
        Assert.False(failure.IsTransient);
        Assert.Contains("--prepare", failure.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<StorageException>(() => place.Ledgers.ReadLastAsync("t/o"));
        Assert.Equal(0L, await ScalarAsync(place, "SELECT count(*) FROM pg_tables WHERE schemaname = 'fheorleans_marten'"));
    }

    [PostgreSqlFact]
    public async Task Read_DocumentThatSomebodyBroke_StorageExceptionWithNothingOfIt()
    {
        using var place = MartenPlace.Open();
        await place.State.WriteStateAsync("s", Grain, new GrainState<SampleState> { State = new() });
        await ScalarAsync(place, "UPDATE fheorleans_marten.mt_doc_grain SET data = '{\"Bytes\": \"of-a-stranger\"}'");

        var failure = await Assert.ThrowsAsync<StorageException>(() => place.State.ReadStateAsync("s", Grain, new GrainState<SampleState>()));

        Assert.Null(failure.InnerException);
        Assert.DoesNotContain("of-a-stranger", failure.Message, StringComparison.Ordinal);
    }

    private static async Task<long> CountAsync(MartenPlace place, string table) => (long)(await ScalarAsync(place, $"SELECT count(*) FROM {table}"))!;

    private static Task<object?> ScalarAsync(MartenPlace place, string text) => PostgreSqlServer.ExecuteAsync(place.Postgres.ConnectionString, text);
}
