using FheOrleans.Hosting;
using FheOrleans.Silo.Storage.Postgres;
using FheOrleans.Tests;
using Npgsql;

namespace FheOrleans.Cluster.Tests.KnownAnswer;

/// <summary>
/// The statements of deploy/sql/002, asked for by the keys and with the parameters that Orleans' ADO.NET provider documents
/// (Orleans.Clustering.AdoNet, <c>DbStoredQueries</c>), and held to what <c>IMembershipTable</c> promises.
/// </summary>
public sealed class MembershipSqlTests : IAsyncLifetime
{
    private const int Active = 3, Dead = 6;
    private static readonly DateTime Now = new(2026, 11, 20, 12, 0, 0, DateTimeKind.Utc);

    private NpgsqlDataSource _database = null!;

    public async Task InitializeAsync()
    {
        if (!PostgreSqlServer.IsPresent) return;
        var connection = await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync();
        await using (var database = new PostgresDatabase(connection, TimeProvider.System)) await new PostgresSchema(database).ApplyAsync(CancellationToken.None);
        _database = NpgsqlDataSource.Create(DatabaseConnection.ForMembership(connection));
        if (!await IsTrueAsync("InsertMembershipVersionKey", ("DeploymentId", "vale"))) throw new InvalidOperationException("The cluster was there already.");
    }

    public async Task DisposeAsync()
    {
        if (_database is not null) await _database.DisposeAsync();
    }

    [PostgreSqlFact]
    public async Task InsertMembershipVersion_ClusterThere_IsFalse()
    {
        Assert.False(await IsTrueAsync("InsertMembershipVersionKey", ("DeploymentId", "vale")));
        Assert.True(await IsTrueAsync("InsertMembershipVersionKey", ("DeploymentId", "moor")));
    }

    [PostgreSqlFact]
    public async Task Read_NoSilo_IsOneRowWithTheVersion()
    {
        foreach (var rows in new[] { await ReadAllAsync(), await ReadRowAsync(11111) })
        {
            var row = Assert.Single(rows);
            Assert.Equal((0, null), (row["Version"], row["StartTime"]));
        }
    }

    [PostgreSqlFact]
    public async Task InsertMembership_ThenRead_GivesEverythingBack()
    {
        Assert.True(await InsertAsync(11111, version: 0));

        var row = Assert.Single(await ReadRowAsync(11111));
        Assert.Equal(
            (1, "10.0.0.5", 11111, 7, "Silo_1", "host-1", Active, 30000),
            ((int)row["Version"]!, (string)row["Address"]!, (int)row["Port"]!, (int)row["Generation"]!, (string)row["SiloName"]!, (string)row["HostName"]!, (int)row["Status"]!, (int)row["ProxyPort"]!));
        Assert.Equal((Now, Now, null), (row["StartTime"], row["IAmAliveTime"], row["SuspectTimes"]));
        Assert.Null(Assert.Single(await ReadRowAsync(11112))["StartTime"]);
    }

    [PostgreSqlFact]
    public async Task InsertMembership_OldVersionOrSameSilo_ChangesNothing()
    {
        await InsertAsync(11111, version: 0);

        Assert.False(await InsertAsync(11112, version: 0));
        Assert.False(await InsertAsync(11111, version: 1));

        Assert.Equal(1, Assert.Single(await ReadAllAsync())["Version"]);
    }

    [PostgreSqlFact]
    public async Task InsertMembership_ManyAtOnceWithOneVersion_OneJoins()
    {
        var joined = await Task.WhenAll(Enumerable.Range(0, 16).Select(i => InsertAsync(11111 + i, version: 0)));

        Assert.Single(joined, won => won);
        Assert.Equal(1, Assert.Single(await ReadAllAsync())["Version"]);
    }

    [PostgreSqlFact]
    public async Task UpdateMembership_RightVersion_ChangesTheSiloAndTheVersion()
    {
        await InsertAsync(11111, version: 0);
        await InsertAsync(11112, version: 1);

        Assert.False(await UpdateAsync(11111, Dead, "10.0.0.5:11112@7,2026-11-20", version: 1));
        Assert.False(await UpdateAsync(11113, Dead, null, version: 2));
        Assert.True(await UpdateAsync(11111, Dead, "10.0.0.5:11112@7,2026-11-20", version: 2));

        var rows = await ReadAllAsync();
        Assert.All(rows, row => Assert.Equal(3, row["Version"]));
        Assert.Equal(
            [(11111, Dead, "10.0.0.5:11112@7,2026-11-20"), (11112, Active, null)],
            rows.Select(row => ((int)row["Port"]!, (int)row["Status"]!, (string?)row["SuspectTimes"])).Order());
    }

    [PostgreSqlFact]
    public async Task UpdateIAmAlivetime_Always_LeavesTheVersion()
    {
        await InsertAsync(11111, version: 0);

        await ReadAsync("UpdateIAmAlivetimeKey", [.. Silo(11111), ("IAmAliveTime", Now.AddMinutes(1))]);

        var row = Assert.Single(await ReadAllAsync());
        Assert.Equal((1, Now.AddMinutes(1)), (row["Version"], row["IAmAliveTime"]));
    }

    [PostgreSqlFact]
    public async Task Gateways_Always_AreThoseThatAreActiveAndTakeThem()
    {
        await InsertAsync(11111, version: 0);
        await InsertAsync(11112, version: 1, clients: 0);
        await InsertAsync(11113, version: 2);
        await UpdateAsync(11113, Dead, null, version: 3);

        var gateway = Assert.Single(await ReadAsync("GatewaysQueryKey", ("DeploymentId", "vale"), ("Status", Active)));

        Assert.Equal(("10.0.0.5", 30000, 7), (gateway["Address"], gateway["ProxyPort"], gateway["Generation"]));
    }

    [PostgreSqlFact]
    public async Task Gateways_AccountThatMayOnlyReadTwoTables_CanAskAndCannotChange()
    {
        await InsertAsync(11111, version: 0);
        var server = await PostgreSqlServer.SharedAsync();
        await using var connection = new NpgsqlConnection(server.ConnectionStringOf(new NpgsqlConnectionStringBuilder(_database.ConnectionString).Database!, PostgreSqlServer.Root));
        await connection.OpenAsync();
        await using var session = await connection.BeginTransactionAsync();
        const string Grant = "SET LOCAL search_path = fheorleans; CREATE ROLE asking; GRANT USAGE ON SCHEMA fheorleans TO asking; GRANT SELECT ON OrleansQuery, orleans_silo TO asking; SET LOCAL ROLE asking";
        await using var granting = new NpgsqlCommand(Grant, connection, session);
        await granting.ExecuteNonQueryAsync();

        Assert.Single(await ReadAsync(connection, "GatewaysQueryKey", ("DeploymentId", "vale"), ("Status", Active)));
        var refused = await Assert.ThrowsAsync<PostgresException>(() => ReadAsync(connection, "DeleteMembershipTableEntriesKey", ("DeploymentId", "vale")));
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
    }

    [PostgreSqlFact]
    public async Task CleanupDefunctSilos_Always_TakesOnlyThoseLongDead()
    {
        await InsertAsync(11111, version: 0);
        await InsertAsync(11112, version: 1);
        await UpdateAsync(11112, Dead, null, version: 2);

        await ReadAsync("CleanupDefunctSiloEntriesKey", ("DeploymentId", "vale"), ("IAmAliveTime", Now));
        Assert.Equal(2, (await ReadAllAsync()).Count);
        await ReadAsync("CleanupDefunctSiloEntriesKey", ("DeploymentId", "vale"), ("IAmAliveTime", Now.AddSeconds(1)));

        Assert.Equal(11111, Assert.Single(await ReadAllAsync())["Port"]);
    }

    [PostgreSqlFact]
    public async Task DeleteMembershipTableEntries_Always_LeavesOtherClusters()
    {
        await ReadAsync("InsertMembershipVersionKey", ("DeploymentId", "moor"));
        await InsertAsync(11111, version: 0);

        await ReadAsync("DeleteMembershipTableEntriesKey", ("DeploymentId", "vale"));

        Assert.Empty(await ReadAllAsync());
        Assert.Single(await ReadAsync("MembershipReadAllKey", ("DeploymentId", "moor")));
    }

    private Task<bool> InsertAsync(int port, int version, int clients = 30000) => IsTrueAsync(
        "InsertMembershipKey",
        [.. Silo(port), ("SiloName", "Silo_1"), ("HostName", "host-1"), ("Status", Active), ("ProxyPort", clients), ("StartTime", Now), ("IAmAliveTime", Now), ("Version", version)]);

    private Task<bool> UpdateAsync(int port, int status, string? suspicions, int version) =>
        IsTrueAsync("UpdateMembershipKey", [.. Silo(port), ("Status", status), ("SuspectTimes", suspicions), ("IAmAliveTime", Now), ("Version", version)]);

    private Task<List<Dictionary<string, object?>>> ReadAllAsync() => ReadAsync("MembershipReadAllKey", ("DeploymentId", "vale"));

    private Task<List<Dictionary<string, object?>>> ReadRowAsync(int port) => ReadAsync("MembershipReadRowKey", Silo(port));

    private static (string, object?)[] Silo(int port) => [("DeploymentId", "vale"), ("Address", "10.0.0.5"), ("Port", port), ("Generation", 7)];

    private async Task<bool> IsTrueAsync(string key, params (string Name, object? Value)[] parameters) =>
        (bool)Assert.Single(Assert.Single(await ReadAsync(key, parameters))).Value!;

    // As the provider does it: the text by its key, parameters by name, text where there is no value.
    private async Task<List<Dictionary<string, object?>>> ReadAsync(string key, params (string Name, object? Value)[] parameters)
    {
        await using var connection = await _database.OpenConnectionAsync();
        return await ReadAsync(connection, key, parameters);
    }

    private static async Task<List<Dictionary<string, object?>>> ReadAsync(NpgsqlConnection connection, string key, params (string Name, object? Value)[] parameters)
    {
        await using var asking = new NpgsqlCommand("SELECT QueryText FROM OrleansQuery WHERE QueryKey = $1", connection) { Parameters = { new() { Value = key } } };
#pragma warning disable CA2100 // The statement is the database's own.
        await using var command = new NpgsqlCommand((string?)await asking.ExecuteScalarAsync() ?? throw new InvalidOperationException($"There is no {key}."), connection);
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
            command.Parameters.Add(new() { ParameterName = name, Value = value ?? DBNull.Value, DbType = value switch { int => System.Data.DbType.Int32, DateTime => System.Data.DbType.DateTime, _ => System.Data.DbType.String } });
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<Dictionary<string, object?>>();
        while (await reader.ReadAsync())
            rows.Add(Enumerable.Range(0, reader.FieldCount).ToDictionary(reader.GetName, i => reader.IsDBNull(i) ? null : reader.GetValue(i), StringComparer.OrdinalIgnoreCase));
        return rows;
    }
}
