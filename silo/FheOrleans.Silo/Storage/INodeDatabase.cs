namespace FheOrleans.Silo.Storage;

/// <summary>What a node tells its operator about where it keeps everything.</summary>
internal interface INodeDatabase
{
    /// <summary>How large it is, in bytes, with what belongs to it; null while that is not known. Asking costs nothing.</summary>
    long? Bytes { get; }

    /// <summary>Where the operator looks when it fails: a sentence.</summary>
    string WhereToLook { get; }
}

/// <summary>The SQLite file in the node's folder.</summary>
/// <param name="dataFolder">The folder.</param>
internal sealed class SqliteNodeDatabase(string dataFolder) : INodeDatabase
{
    private readonly string _file = Path.Combine(dataFolder, SqliteStorageExtensions.FileName);

    /// <inheritdoc/>
    public long? Bytes => LengthOf(_file) + LengthOf(_file + "-wal");

    /// <inheritdoc/>
    public string WhereToLook => "Look at the disk of the folder of --data.";

    private static long LengthOf(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : 0;
}
