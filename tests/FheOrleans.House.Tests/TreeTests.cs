using System.Xml.Linq;

namespace FheOrleans.House.Tests;

public class TreeTests
{
    [Fact]
    public void TheSolution_HoldsEveryProject()
    {
        var solution = File.ReadAllText(Path.Combine(Solution.Root, "FheOrleans.sln"));
        Assert.Empty(Solution.Projects.Where(project => !solution.Contains($"{project.Name}.csproj", StringComparison.Ordinal)).Select(project => project.Name));
    }

    [Fact]
    public void EveryPackage_HasItsVersionInOnePlace()
    {
        var versions = XDocument.Load(Path.Combine(Solution.Root, "Directory.Packages.props"))
            .Descendants("PackageVersion").Select(version => (string)version.Attribute("Include")!).ToHashSet();
        var unknown =
            from project in Solution.Projects
            from package in project.Packages
            where !versions.Contains(package)
            select $"{project.Name}: {package}";
        Assert.Empty(unknown);
    }

    [Fact]
    public void NoTest_IsSwitchedOffInTheSource()
    {
        var switchedOff =
            from file in Solution.SourceFiles("tests")
            where !file.EndsWith("TreeTests.cs", StringComparison.Ordinal) && !file.Contains("Shared", StringComparison.Ordinal)
            from line in File.ReadLines(file)
            where line.Contains("Skip = \"", StringComparison.Ordinal)
            select $"{Path.GetRelativePath(Solution.Root, file)}: {line.Trim()}";
        Assert.Empty(switchedOff);
    }

    [Fact]
    public void EveryCommandOfTheReadme_NamesAProjectThatExists()
    {
        var readme = File.ReadAllText(Path.Combine(Solution.Root, "README.md"));
        var named = System.Text.RegularExpressions.Regex.Matches(readme, @"--project (\S+)").Select(match => match.Groups[1].Value).Distinct().ToArray();
        Assert.NotEmpty(named);
        Assert.All(named, project => Assert.True(Directory.Exists(Path.Combine(Solution.Root, project)), project));
    }
}
