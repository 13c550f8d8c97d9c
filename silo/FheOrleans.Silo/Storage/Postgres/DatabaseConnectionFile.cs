using FheOrleans.Hosting;

namespace FheOrleans.Silo.Storage.Postgres;

/// <summary>The file of a node alone that says where its PostgreSQL database is: one line, an Npgsql connection string, password and all.</summary>
/// <remarks>A file and not an option, because command lines and environments are read by others.</remarks>
internal static class DatabaseConnectionFile
{
    private const int MaximumBytes = 16 << 10;

    // Its group may read it, as for all secrets that are mounted into containers.
    private const UnixFileMode Strangers = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Reads the file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The connection string, checked and brought into Npgsql's own form.</returns>
    /// <exception cref="StartException">It is not there, strangers may read it, or it holds no connection string.</exception>
    internal static string Read(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists) throw new StartException($"There is no file {path} with the database's connection string.");
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            if (!OperatingSystem.IsWindows() && (file.UnixFileMode & Strangers) != 0)
                throw new StartException($"Others than its owner and group may use {path}, which holds a password. Take their rights away (chmod 600, or 640).");
            if (file.Length > MaximumBytes) throw new StartException($"{path} has {file.Length} bytes; expected one line with the database's connection string.");
            return DatabaseConnection.Parse(File.ReadAllText(path), path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{path}, which should hold the database's connection string, cannot be read ({fault.GetType().Name}).");
        }
    }
}
