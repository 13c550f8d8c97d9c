using System.Xml.Linq;

namespace FheOrleans.House.Tests;

/// <summary>One project file as the tests read it.</summary>
/// <param name="Name">The project's name, as the assembly would be called by default.</param>
/// <param name="Path">The project file.</param>
/// <param name="References">Projects whose assembly it references.</param>
/// <param name="BuiltWith">Projects built with it whose assembly it does not reference (<c>ReferenceOutputAssembly="false"</c>).</param>
/// <param name="Packages">Packages it references, in any profile.</param>
internal sealed record ProjectFile(string Name, string Path, string[] References, string[] BuiltWith, string[] Packages)
{
    public bool IsTest => IsIn("tests");

    /// <summary>Whether it lies in a folder of the checkout's root.</summary>
    public bool IsIn(string folder) => System.IO.Path.GetRelativePath(Solution.Root, Path).Split('/', '\\')[0] == folder;

    public static ProjectFile Read(string path)
    {
        var xml = XDocument.Load(path);
        var references = xml.Descendants("ProjectReference").ToLookup(
            reference => string.Equals((string?)reference.Attribute("ReferenceOutputAssembly"), "false", StringComparison.OrdinalIgnoreCase),
            reference => NameOf((string?)reference.Attribute("Include") ?? ""));
        return new ProjectFile(
            NameOf(path), path, [.. references[false]], [.. references[true]],
            [.. xml.Descendants("PackageReference").Select(package => (string?)package.Attribute("Include") ?? "")]);
    }

    private static string NameOf(string path) => System.IO.Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));
}

/// <summary>The checkout this test was built from.</summary>
internal static class Solution
{
    public static string Root { get; } = FindRoot();

    public static ProjectFile[] Projects { get; } =
        [.. Directory.EnumerateFiles(Root, "*.csproj", SearchOption.AllDirectories).Where(IsSource).Select(ProjectFile.Read)];

    public static IEnumerable<ProjectFile> Products => Projects.Where(project => !project.IsTest);

    public static IEnumerable<string> SourceFiles(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root, folder), "*.cs", SearchOption.AllDirectories).Where(IsSource);

    /// <summary>All projects a project reaches, by any number of references.</summary>
    public static HashSet<string> Closure(string project)
    {
        var reached = new HashSet<string>();
        var open = new Stack<string>([project]);
        while (open.TryPop(out var next))
        {
            var file = Projects.Single(candidate => candidate.Name == next);
            foreach (var reference in file.References)
                if (reached.Add(reference)) open.Push(reference);
        }
        return reached;
    }

    private static bool IsSource(string path) =>
        !path.Split('/', '\\').Any(part => part is "bin" or "obj" or "node_modules");

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "FheOrleans.sln"))) return folder.FullName;
        throw new DirectoryNotFoundException("FheOrleans.sln was not found above the test's folder.");
    }
}
