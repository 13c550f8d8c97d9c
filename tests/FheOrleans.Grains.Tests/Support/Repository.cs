namespace FheOrleans.Grains.Tests;

/// <summary>Files of the project itself, for tests that hold documentation against code.</summary>
internal static class Repository
{
    public static string Read(params string[] path)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "FheOrleans.sln")))
            folder = folder.Parent ?? throw new DirectoryNotFoundException("The tests do not run from inside the project.");
        return File.ReadAllText(Path.Combine([folder.FullName, .. path]));
    }
}
