namespace FheOrleans.Node.Tests.Support;

/// <summary>Finds files of the project.</summary>
internal static class Repository
{
    public static string PathOf(params string[] parts)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "FheOrleans.sln"))) return Path.Combine([folder.FullName, .. parts]);
        throw new DirectoryNotFoundException("The folder of FheOrleans.sln was not found above the test's output.");
    }
}
