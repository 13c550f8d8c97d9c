using FheOrleans.Silo.Storage.Postgres;
using FheOrleans.Tests;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orleans.Storage;

namespace FheOrleans.Grains.Tests;

/// <summary>A PostgreSQL database of a test's own.</summary>
internal sealed class PostgresPlace : DurablePlace
{
    private static readonly Lazy<Task<string>> Template = new(MakeTemplateAsync);

    private readonly PostgreSqlServer _server;
    private readonly bool _isServerOwn;
    private readonly string _connectionString;
    private bool _isHandedOn;

    private PostgresPlace(PostgreSqlServer server, bool isServerOwn, string connectionString, SiloFence? fence = null)
    {
        (_server, _isServerOwn, _connectionString) = (server, isServerOwn, connectionString);
        Database = new PostgresDatabase(connectionString, TimeProvider.System);
        State = new PostgresGrainStorage(Database);
        Payloads = new PostgresPayloadStore(Database, fence);
        Ledgers = new PostgresLedgerStore(Database);
        Erasure = new PostgresErasure(Database, NullLogger<PostgresErasure>.Instance);
        Meter = new PostgresUsageMeter(Database);
    }

    internal override IGrainStorage State { get; }

    internal override IPayloadStore Payloads { get; }

    internal override ILedgerStore Ledgers { get; }

    internal override IErasure Erasure { get; }

    internal override IUsageMeter Meter { get; }

    internal PostgresDatabase Database { get; }

    internal PostgreSqlServer Server => _server;

    internal string ConnectionString => _connectionString;

    /// <summary>A database in the server that all tests share.</summary>
    /// <param name="template">The database it begins as; null for one that has the storage's tables.</param>
    internal static PostgresPlace Open(Lazy<Task<string>>? template = null) => Task.Run(() => OpenAsync(template ?? Template)).GetAwaiter().GetResult();

    /// <summary>A database in the server that all tests share, whose payloads a cluster's silo writes.</summary>
    internal static PostgresPlace OpenFenced(SiloFence silo) => Task.Run(async () =>
    {
        var server = await PostgreSqlServer.SharedAsync();
        var place = new PostgresPlace(server, isServerOwn: false, await server.CreateDatabaseAsync(await Template.Value), silo);
        await PostgreSqlServer.ExecuteAsync(
            place.ConnectionString,
            FormattableString.Invariant($"INSERT INTO fheorleans.orleans_cluster (cluster) VALUES ('{silo.Cluster}')"));
        await PostgreSqlServer.ExecuteAsync(
            place.ConnectionString,
            "INSERT INTO fheorleans.orleans_silo (cluster, address, port, generation, name, host, status, client_port, started, alive) VALUES "
            + FormattableString.Invariant($"('{silo.Cluster}', '{silo.Address}', {silo.Port}, {silo.Generation}, 'a', 'b', 3, 0, now(), now())"));
        return place;
    }).GetAwaiter().GetResult();

    /// <summary>A database in a server of its own, which keeps no file of its log that it does not need.</summary>
    /// <param name="settings">Further settings of the server, <c>name=value</c>.</param>
    internal static PostgresPlace OpenServer(params string[] settings) => Task.Run(async () =>
    {
        var server = await PostgreSqlServer.StartAsync([.. settings, "wal_recycle=off"]);
        var connectionString = await server.CreateDatabaseAsync();
        await ApplyAsync(connectionString);
        return new PostgresPlace(server, isServerOwn: true, connectionString);
    }).GetAwaiter().GetResult();

    internal override DurablePlace Reopen()
    {
        _isHandedOn = true;
        Database.Dispose();
        return new PostgresPlace(_server, _isServerOwn, _connectionString);
    }

    /// <summary>A server of its own is killed and recovers. In the shared one only this process's connections break.</summary>
    internal override DurablePlace Crash()
    {
        _isHandedOn = true;
        if (_isServerOwn) Task.Run(_server.KillAsync).GetAwaiter().GetResult();
        else Task.Run(BreakConnectionsAsync).GetAwaiter().GetResult();
        Database.Dispose();
        if (_isServerOwn) Task.Run(_server.StartAgainAsync).GetAwaiter().GetResult();
        return new PostgresPlace(_server, _isServerOwn, _connectionString);
    }

    /// <summary>Ends the account's sessions of the database on the server's side; a vacuum that the server runs in it is not the account's to end.</summary>
    internal Task BreakConnectionsAsync() => PostgreSqlServer.ExecuteAsync(
        _connectionString,
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
        + "WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid()");

    internal override bool Contains(byte[] bytes) => Search()(bytes);

    internal override Func<byte[], bool> Search()
    {
        var files = Directory.EnumerateFiles(_server.DataFolder, "*", SearchOption.AllDirectories).Select(Read).ToList();
        return bytes => files.Any(content => content.Span.IndexOf(bytes) >= 0);
    }

    public override void Dispose()
    {
        if (_isHandedOn) return;
        Database.Dispose();
        if (_isServerOwn) Task.Run(async () => await _server.DisposeAsync()).GetAwaiter().GetResult();
    }

    private static ReadOnlyMemory<byte> Read(string file)
    {
        try
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var content = new byte[stream.Length];
            return content.AsMemory(0, stream.ReadAtLeast(content, content.Length, throwOnEndOfStream: false));
        }
        catch (FileNotFoundException)
        {
            return default; // The server has deleted it since.
        }
    }

    private static async Task<PostgresPlace> OpenAsync(Lazy<Task<string>> template)
    {
        var server = await PostgreSqlServer.SharedAsync();
        return new(server, isServerOwn: false, await server.CreateDatabaseAsync(await template.Value));
    }

    private static async Task<string> MakeTemplateAsync()
    {
        var connectionString = await (await PostgreSqlServer.SharedAsync()).CreateDatabaseAsync();
        await ApplyAsync(connectionString);
        return new NpgsqlConnectionStringBuilder(connectionString).Database!;
    }

    private static async Task ApplyAsync(string connectionString)
    {
        await using var database = new PostgresDatabase(connectionString, TimeProvider.System);
        await new PostgresSchema(database).ApplyAsync(CancellationToken.None);
    }
}

[OnPostgreSql]
public sealed class PostgresGrainStorageTests : GrainStorageContract
{
    private protected override StoragePlace Open() => PostgresPlace.Open();
}

[OnPostgreSql]
public sealed class PostgresPayloadStoreTests : PayloadStoreContract
{
    private protected override StoragePlace Open() => PostgresPlace.Open();
}

[OnPostgreSql]
public sealed class PostgresLedgerStoreTests : LedgerStoreContract
{
    private protected override StoragePlace Open() => PostgresPlace.Open();
}

[OnPostgreSql]
public sealed class PostgresUsageMeterTests : UsageMeterContract
{
    private protected override StoragePlace Open() => PostgresPlace.Open();
}

[OnPostgreSql]
public sealed class PostgresErasureTests : ErasureContract
{
    private protected override StoragePlace Open() => PostgresPlace.Open();
}

[OnPostgreSql]
public sealed class PostgresSequenceTests : StorageSequenceContract
{
    private protected override StoragePlace Open() => PostgresPlace.Open();
}

[OnPostgreSql]
public sealed class PostgresDurabilityTests : DurableStorageContract
{
    private protected override DurablePlace Open() => PostgresPlace.OpenServer();
}
