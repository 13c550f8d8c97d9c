using System.Security.Cryptography;
using System.Text;
using FheOrleans.Hosting;

namespace FheOrleans.Silo.Storage.Postgres;

/// <summary>The file of a node alone that says where its PostgreSQL database is: one line, an Npgsql connection string, password and all.</summary>
/// <remarks>A file and not an option, because command lines and environments are read by others.</remarks>
internal static class DatabaseConnectionFile
{
    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The connection string, checked and brought into Npgsql's own form.</returns>
    /// <exception cref="StartException">It is not there, strangers may read it, or it holds no connection string.</exception>
    internal static string Read(string path)
    {
        var stored = SecretFile.ReadIfThere(path, $"{path}, which holds a password,", mayGroupRead: true)
            ?? throw new StartException($"There is no file {path} with the database's connection string.");
        try
        {
            return DatabaseConnection.Parse(Encoding.UTF8.GetString(stored), path);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(stored);
        }
    }
}
