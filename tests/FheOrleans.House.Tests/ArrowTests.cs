namespace FheOrleans.House.Tests;

public class ArrowTests
{
    [Fact]
    public void Table_AndProductProjects_AreTheSameSet() =>
        Assert.Equal(
            Arrows.Allowed.Keys.Order(),
            Solution.Products.Where(project => !project.IsIn("bench")).Select(project => project.Name).Order());

    [Fact]
    public void EveryReference_IsAnArrowOfTheTable()
    {
        var forbidden =
            from project in Solution.Products
            where Arrows.Allowed.ContainsKey(project.Name)
            from reference in project.References
            where !Arrows.Allowed[project.Name].Contains(reference)
            select $"{project.Name} -> {reference}";
        Assert.Empty(forbidden);
    }

    [Fact]
    public void EveryProjectBuiltWithAnother_IsInTheTable()
    {
        var forbidden =
            from project in Solution.Products
            from built in project.BuiltWith
            where !Arrows.BuiltWith.GetValueOrDefault(project.Name, []).Contains(built)
            select $"{project.Name} builds {built}";
        Assert.Empty(forbidden);
    }

    [Fact]
    public void NoServerProject_ReachesTheSecretKey()
    {
        var reached = Arrows.Servers.Where(server => Solution.Closure(server).Contains(Arrows.Secrets));
        Assert.Empty(reached);
    }

    [Fact]
    public void NoServerSource_NamesTheSecretsAssembly()
    {
        var naming =
            from folder in new[] { "networks", "embedded", "grains", "gateway", "hosting", "silo" }
            from file in Solution.SourceFiles(folder)
            where File.ReadAllText(file).Contains(Arrows.Secrets, StringComparison.Ordinal)
            select Path.GetRelativePath(Solution.Root, file);
        Assert.Empty(naming);
    }

    [Fact]
    public void TheEngine_ReferencesNoPackage() =>
        Assert.All(
            Solution.Products.Where(project => project.Name is "FheOrleans.Ckks" or "FheOrleans.Ckks.Secrets" or "FheOrleans.Networks"),
            project => Assert.Empty(project.Packages));

    [Fact]
    public void TheGrainsSource_HasNoConditionForAHost()
    {
        var conditional =
            from folder in new[] { "grains", "gateway" }
            from file in Solution.SourceFiles(folder)
            where File.ReadLines(file).Any(line => line.TrimStart().StartsWith("#if", StringComparison.Ordinal))
            select Path.GetRelativePath(Solution.Root, file);
        Assert.Empty(conditional);
    }
}
