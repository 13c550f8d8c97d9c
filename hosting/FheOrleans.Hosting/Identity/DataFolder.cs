namespace FheOrleans.Hosting;

/// <summary>The node's folder: readable by its owner only, and used by one node at a time.</summary>
public sealed class DataFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileStream _held;

    private DataFolder(string path, FileStream held) => (Path, _held) = (path, held);

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>Makes the folder where it is not there, and takes it.</summary>
    /// <param name="path">The folder.</param>
    /// <exception cref="StartException">Another node has it, or it cannot be made.</exception>
    public static DataFolder Take(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(full);
            else Directory.CreateDirectory(full, OwnerOnly);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The folder of --data cannot be made or entered: {fault.Message}", fault);
        }
        try
        {
            // Held open without sharing: a second node would write the same database.
            var held = new FileStream(System.IO.Path.Combine(full, "node.lock"), SecretFile.Options(FileMode.OpenOrCreate));
            return new DataFolder(full, held);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartException(
                "Another node is using the folder of --data, or it cannot be written. Stop the other node, or name another folder.", fault);
        }
    }

    /// <summary>The full path of a file in the folder.</summary>
    /// <param name="name">The file's name.</param>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Reads a file only its owner may read; null when it is not there.</summary>
    /// <param name="name">The file's name.</param>
    /// <exception cref="StartException">It cannot be read, or others may use it, so it is no secret any more.</exception>
    public byte[]? ReadSecret(string name) => SecretFile.ReadIfThere(PathOf(name), Called(name), mayGroupRead: false);

    /// <summary>Writes a file only its owner may read, in place of the one that is there: whole or not at all.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="bytes">What is in it.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not write there.</exception>
    public void WriteSecret(string name, ReadOnlySpan<byte> bytes) => SecretFile.Replace(PathOf(name), bytes);

    /// <summary>Gives it back.</summary>
    public void Dispose() => _held.Dispose();

    private static string Called(string name) => $"{name} in the folder of --data";
}
