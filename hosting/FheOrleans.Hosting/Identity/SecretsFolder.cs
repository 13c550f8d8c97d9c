namespace FheOrleans.Hosting;

/// <summary>
/// The folder of secrets that every process of a cluster is given, made once by <c>--prepare</c> and only read from then on. A process takes
/// of it what it needs: a gateway does without the key that signs receipts.
/// </summary>
public sealed class SecretsFolder
{
    /// <summary>The database's connection string.</summary>
    public const string Connection = "database.connection";

    /// <summary>The gateways' certificate with its key: the same at all of them, so that a client's pin holds at each.</summary>
    public const string Certificate = "certificate.pfx";

    /// <summary>The certificate with its key by which processes of the cluster know each other.</summary>
    public const string ClusterCertificate = "cluster.pfx";

    /// <summary>The key that signs receipts and ledgers.</summary>
    public const string SigningKey = "receipts.key";

    /// <summary>The operator's first token.</summary>
    public const string OperatorToken = "operator.token";

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private SecretsFolder(string path) => Path = path;

    /// <summary>The folder's full path.</summary>
    public string Path { get; }

    /// <summary>Opens a folder that was prepared.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="StartException">It is not there.</exception>
    public static SecretsFolder Open(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        return Directory.Exists(full)
            ? new(full)
            : throw new StartException(
                "There is no folder where --secrets points. Make it once: dotnet FheOrleans.Silo.dll --prepare --secrets DIR --host NAME.");
    }

    /// <summary>Opens a folder to prepare it, and makes it where it is not there.</summary>
    /// <param name="path">The folder.</param>
    /// <returns>The folder.</returns>
    /// <exception cref="StartException">It cannot be made.</exception>
    public static SecretsFolder Make(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(full);
            else Directory.CreateDirectory(full, OwnerOnly);
            return new(full);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The folder of --secrets cannot be made or entered: {fault.Message}", fault);
        }
    }

    /// <summary>The full path of a file in the folder.</summary>
    /// <param name="name">The file's name.</param>
    public string PathOf(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Whether a file is there.</summary>
    /// <param name="name">The file's name.</param>
    public bool Has(string name) => File.Exists(PathOf(name));

    /// <summary>Reads a file.</summary>
    /// <param name="name">The file's name.</param>
    /// <returns>Its bytes; the caller overwrites them when they are used.</returns>
    /// <exception cref="StartException">It is not there, cannot be read, or strangers may use it.</exception>
    public byte[] Read(string name) => ReadIfThere(name) ?? throw new StartException(
        $"There is no {name} in the folder of --secrets. Put it back from where the cluster was prepared; --prepare makes what was never there.");

    /// <summary>Reads a file.</summary>
    /// <param name="name">The file's name.</param>
    /// <returns>Its bytes, which the caller overwrites when they are used; null where there is no such file.</returns>
    /// <exception cref="StartException">It cannot be read, or strangers may use it.</exception>
    /// <remarks>The file's group may read: a secret that is mounted into a container belongs to root and to the process's group.</remarks>
    public byte[]? ReadIfThere(string name) => SecretFile.ReadIfThere(PathOf(name), Called(name), mayGroupRead: true);

    /// <summary>
    /// Writes a file that is not there yet, readable by its owner only: whole or not at all. What is there is never written over.
    /// </summary>
    /// <param name="name">The file's name.</param>
    /// <param name="bytes">What is in it.</param>
    /// <returns>Whether it was written; false where there is one.</returns>
    /// <exception cref="StartException">It cannot be written.</exception>
    public bool WriteNew(string name, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return SecretFile.WriteNew(PathOf(name), bytes);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{name} cannot be written into the folder of --secrets ({fault.GetType().Name}).");
        }
    }

    private static string Called(string name) => $"{name} in the folder of --secrets";
}
