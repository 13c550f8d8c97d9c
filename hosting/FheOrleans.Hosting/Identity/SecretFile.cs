using System.Security.Cryptography;

namespace FheOrleans.Hosting;

/// <summary>
/// Writes files that only their owner may read: whole or not at all, on disk when the call returns, and never readable to others on the way.
/// </summary>
public static class SecretFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Writes a file that is not there yet. What is there is never written over.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">What is in it.</param>
    /// <returns>Whether it was written; false where there is one.</returns>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not write there.</exception>
    public static bool WriteNew(string path, ReadOnlySpan<byte> bytes)
    {
        if (File.Exists(path)) return false;
        try
        {
            Write(path, bytes, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was first.
            return false;
        }
    }

    /// <summary>Writes a file, in place of what is there. Whatever happens, it holds what it held or what it is to hold.</summary>
    /// <param name="path">The file.</param>
    /// <param name="bytes">What is in it.</param>
    /// <exception cref="IOException">It cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">This process may not write there.</exception>
    public static void Replace(string path, ReadOnlySpan<byte> bytes) => Write(path, bytes, overwrite: true);

    private static void Write(string path, ReadOnlySpan<byte> bytes, bool overwrite)
    {
        var full = Path.GetFullPath(path);
        var draft = Path.Combine(
            Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}");
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        try
        {
            using (var stream = new FileStream(draft, options))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }
            File.Move(draft, full, overwrite);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            File.Delete(draft);
            throw;
        }
    }
}
