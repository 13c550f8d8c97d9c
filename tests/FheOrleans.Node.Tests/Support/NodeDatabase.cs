using FheOrleans.Tests;

namespace FheOrleans.Node.Tests.Support;

/// <summary>An empty PostgreSQL database for a node, and the file that names it.</summary>
internal sealed class NodeDatabase : IDisposable
{
    private readonly TemporaryFolder _place = new();

    private NodeDatabase(PostgreSqlServer server, string connectionString)
    {
        (Server, ConnectionString) = (server, connectionString);
        PostgreSqlServer.WriteConnectionFile(File, connectionString);
    }

    public PostgreSqlServer Server { get; }

    public string ConnectionString { get; }

    /// <summary>What <c>--database</c> names.</summary>
    public string File => _place["database.connection"];

    /// <summary>A database in the server that all tests share, or in one of a test's own.</summary>
    public static async Task<NodeDatabase> CreateAsync(PostgreSqlServer? server = null)
    {
        server ??= await PostgreSqlServer.SharedAsync();
        return new(server, await server.CreateDatabaseAsync());
    }

    public void Dispose() => _place.Dispose();
}
