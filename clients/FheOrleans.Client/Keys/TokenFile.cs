using System.Text;

namespace FheOrleans.Client.Keys;

/// <summary>A file that holds a bearer token and nothing else, as the node's <c>operator.token</c>. Readable by its owner only.</summary>
public static class TokenFile
{
    /// <summary>Reads the token.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The token, without space around it.</returns>
    /// <exception cref="FarmHomeException">Others may read the file, so its token is not secret any more.</exception>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    public static string Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var token = File.ReadAllText(path).Trim();
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
            throw new FarmHomeException($"'{path}' can be read or written by others than its owner. Close it (chmod 600), and rotate the token in it.");
        return token;
    }

    /// <summary>Puts another token into the file, which holds the old one or the new one whatever happens meanwhile.</summary>
    /// <param name="path">The file.</param>
    /// <param name="token">The token.</param>
    public static void Write(string path, string token)
    {
        ArgumentException.ThrowIfNullOrEmpty(token);
        OwnerOnlyFiles.Write(Path.GetFullPath(path), Encoding.UTF8.GetBytes(token));
    }
}
