using FheOrleans.Hosting;
using FheOrleans.Silo.Options;
using FheOrleans.Silo.Storage;
using FheOrleans.Silo.Storage.Postgres;

namespace FheOrleans.Silo.Hosting;

/// <summary>Where a node keeps everything: a SQLite file in its folder, or with <c>--database</c> a PostgreSQL database.</summary>
internal static class NodeStorage
{
    /// <summary>Says that the folder's node is in PostgreSQL, so that it is not started on an empty SQLite file by mistake.</summary>
    private const string MarkFile = "node.postgresql";

    /// <summary>Adds it. Of the hosted services, what is added here comes before the grains.</summary>
    /// <exception cref="StartException">The folder is of a node that keeps everything in the other one, or the connection file is none.</exception>
    internal static void Add(IServiceCollection services, NodeOptions options, DataFolder folder)
    {
        var (file, mark) = (folder.PathOf(SqliteStorageExtensions.FileName), folder.PathOf(MarkFile));
        if (options.Database is not { } connectionFile)
        {
            if (File.Exists(mark))
            {
                throw new StartException(
                    "The node of this folder keeps everything in PostgreSQL: start it with --database FILE. For a new and empty one, delete "
                    + $"{MarkFile}.");
            }
            services.AddSqliteStorage(folder.Path);
            services.AddSingleton<INodeDatabase>(new SqliteNodeDatabase(folder.Path));
            return;
        }
        if (File.Exists(file) && !File.Exists(mark))
        {
            throw new StartException(
                $"The folder of --data holds {SqliteStorageExtensions.FileName}, which a node with --database does not read. Copy it into the database first: "
                + "dotnet FheOrleans.Silo.dll --import DIR --database FILE.");
        }
        var connectionString = DatabaseConnectionFile.Read(connectionFile);
        services.AddPostgresStorage(connectionString);
        services.AddSingleton<INodeDatabase, PostgresNodeDatabase>();
        services.AddHostedService<DatabaseStart>();
    }

    /// <summary>Remembers in the folder that everything is in PostgreSQL.</summary>
    internal static void Mark(DataFolder folder) => SecretFile.Replace(
        folder.PathOf(MarkFile), "Everything of this node is in PostgreSQL; start it with --database FILE.\n"u8);
}
