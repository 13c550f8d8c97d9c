using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace FheOrleans.Hosting;

/// <summary>
/// A small file that strangers may not read: a key, a token, a connection string. It is written whole or not at all, is on disk when the call
/// returns, and is never readable to others on the way.
/// </summary>
public static class SecretFile
{
    private const int MaximumBytes = 64 << 10;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Strangers = UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Reads one.</summary>
    /// <param name="path">The file, or a link to it; a secret that is mounted is a link to a link.</param>
    /// <param name="called">What messages call it: <c>node.pfx in the folder of --data</c>.</param>
    /// <param name="mayGroupRead">Whether its group may read it: a secret that is mounted into a container is root's and its group's.</param>
    /// <returns>Its bytes, which the caller overwrites when they are used; null where there is none.</returns>
    /// <exception cref="StartException">It cannot be read, is larger than 64 KiB, or others may use it.</exception>
    public static byte[]? ReadIfThere(string path, string called, bool mayGroupRead)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists) return null;
            // What counts is the file at the end.
            file = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            var others = mayGroupRead ? Strangers : Strangers | UnixFileMode.GroupRead;
            if (!OperatingSystem.IsWindows() && (file.UnixFileMode & others) != 0)
            {
                throw new StartException(mayGroupRead
                    ? $"Others than its owner and group may use {called}. Take their rights away (chmod 600, or 640)."
                    : $"Others than its owner may use {called}. Take their rights away (chmod 600).");
            }
            return file.Length <= MaximumBytes
                ? File.ReadAllBytes(path)
                : throw new StartException($"{called} has {file.Length} bytes; expected at most {MaximumBytes}.");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"{called} cannot be read ({fault.GetType().Name}). It belongs to the user of this process.");
        }
    }

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

    /// <summary>The options of a file that only its owner may use, from its first moment on.</summary>
    internal static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        return options;
    }

    private static void Write(string path, ReadOnlySpan<byte> bytes, bool overwrite)
    {
        var full = Path.GetFullPath(path);
        var draft = Path.Combine(
            Path.GetDirectoryName(full)!, $".{Path.GetFileName(full)}.{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}");
        try
        {
            using (var stream = new FileStream(draft, Options(FileMode.CreateNew)))
            {
                stream.Write(bytes);
                stream.Flush(flushToDisk: true);
            }
            if (overwrite) File.Move(draft, full, overwrite: true);
            else Place(draft, full);
            // Flushed once more under its new name: file systems with a journal then keep the name as well.
            using var placed = File.OpenHandle(full, FileMode.Open, FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(placed);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            File.Delete(draft);
            throw;
        }
    }

    /// <summary>Gives a draft its name, if nobody has it. Of several at once one does: File.Move looks first and renames then.</summary>
    private static void Place(string draft, string full)
    {
        if (OperatingSystem.IsWindows() || Link(Encoding.UTF8.GetBytes(draft + '\0'), Encoding.UTF8.GetBytes(full + '\0')) != 0)
            File.Move(draft, full, overwrite: false); // Where there are no links, and to say what is wrong.
        else
            File.Delete(draft);
    }

    [DllImport("libc", EntryPoint = "link"), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link(byte[] from, byte[] to);
}
