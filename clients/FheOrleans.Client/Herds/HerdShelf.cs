namespace FheOrleans.Client.Herds;

/// <summary>Wrangled herds that were read lately: one command reads a herd several times, and reading a large one takes longer than
/// forecasting it.</summary>
/// <remarks>A file that was written since is read anew: files are replaced whole, so time and length tell.</remarks>
internal sealed class HerdShelf
{
    private const int Kept = 2;
    private readonly Lock _gate = new();
    private readonly List<(string Path, DateTime Written, long Length, WrangledHerd Herd)> _herds = [];

    /// <summary>Reads a file, or gives what it held when it was read last.</summary>
    /// <exception cref="WrangledHerdFormatException">The file is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public WrangledHerd Load(string path)
    {
        var file = new FileInfo(path);
        lock (_gate)
        {
            var known = _herds.FindIndex(kept => kept.Path == path && kept.Written == file.LastWriteTimeUtc && kept.Length == file.Length);
            var herd = known >= 0 ? _herds[known].Herd : WrangledHerdFile.Load(path);
            _herds.RemoveAll(kept => kept.Path == path);
            _herds.Add((path, file.LastWriteTimeUtc, file.Length, herd));
            if (_herds.Count > Kept) _herds.RemoveAt(0);
            return herd;
        }
    }
}
