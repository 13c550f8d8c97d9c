using System.Text.Json;

namespace FheOrleans.House.Tests.Deploy;

/// <summary>The images are small, nobody's, and start what the build makes.</summary>
public class DockerfileTests
{
    public static TheoryData<string> Names() => ["silo", "gateway"];

    [Theory, MemberData(nameof(Names))]
    public void EveryStage_IsNamedBeforeItIsCopiedFrom(string name)
    {
        var stages = new HashSet<string>();
        foreach (var (word, text) in Instructions(name))
        {
            if (word == "FROM" && text.Split(" AS ") is [_, var stage]) stages.Add(stage);
            if (word == "COPY" && text.StartsWith("--from=", StringComparison.Ordinal)) Assert.Contains(text.Split(' ')[0]["--from=".Length..], stages);
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void TheImage_HasNoShellAndRunsAsANumber(string name)
    {
        var last = Instructions(name).SkipWhile((_, i) => i < Array.FindLastIndex(Instructions(name), instruction => instruction.Word == "FROM")).ToArray();
        Assert.EndsWith("-chiseled", last[0].Text, StringComparison.Ordinal);
        Assert.DoesNotContain(last, instruction => instruction.Word == "RUN");
        // Without one, TLS between silos fails for a user whom the system does not know.
        Assert.Contains(last, instruction => instruction.Word == "ENV" && instruction.Text.Contains("HOME=", StringComparison.Ordinal));
        var user = last.Single(instruction => instruction.Word == "USER").Text.Split(':');
        Assert.All(user, number => Assert.True(int.Parse(number, System.Globalization.CultureInfo.InvariantCulture) > 0));
        var pod = Kubernetes.Workload(name).Pod.At("securityContext");
        Assert.Equal(new[] { pod.TextAt("runAsUser")!, pod.TextAt("runAsGroup")! }, user);
    }

    [Theory, MemberData(nameof(Names))]
    public void ThePortsOfTheImage_AreThoseOfTheManifest(string name) =>
        Assert.Equal(
            Kubernetes.Ports(Kubernetes.Workload(name).Container).Values.Order(),
            Instructions(name).Single(instruction => instruction.Word == "EXPOSE").Text.Split(' ').Select(port => int.Parse(port, System.Globalization.CultureInfo.InvariantCulture)).Order());

    [Theory, MemberData(nameof(Names))]
    public async Task WhatItStartsAndAsks_IsWhatTheProgramHas(string name)
    {
        var entry = JsonSerializer.Deserialize<string[]>(Instructions(name).Single(instruction => instruction.Word == "ENTRYPOINT").Text)!;
        var program = BuiltProgram.Of(entry[1]);
        Assert.Contains(Instructions(name), instruction => instruction.Word == "RUN" && instruction.Text.Contains($"dotnet publish {program.Project} ", StringComparison.Ordinal));

        var health = Instructions(name).Single(instruction => instruction.Word == "HEALTHCHECK").Text;
        var asked = JsonSerializer.Deserialize<string[]>(health[health.IndexOf('[', StringComparison.Ordinal)..])!;
        Assert.Equal(entry, asked[..2]);
        // Nobody answers here, and that is what it says; a command line that it does not take would end with 2.
        Assert.Equal(1, await program.ExitCodeAsync(asked[2..]));
    }

    /// <summary>What is sent to the build is what it needs: a project that is left out would be missed only where there is a container engine.</summary>
    [Theory, MemberData(nameof(Names))]
    public void TheBuildContext_HasEveryProjectThatIsBuilt(string name)
    {
        var context = File.ReadAllLines(PathOf(name) + ".dockerignore").Where(line => line.StartsWith('!')).Select(line => line[1..]).ToArray();
        var program = BuiltProgram.Of(JsonSerializer.Deserialize<string[]>(Instructions(name).Single(instruction => instruction.Word == "ENTRYPOINT").Text)![1]);
        var projects = Solution.Closure(Path.GetFileName(program.Project)).Append(Path.GetFileName(program.Project));
        var folders = projects.Select(project => Path.GetRelativePath(Solution.Root, Solution.Projects.Single(candidate => candidate.Name == project).Path).Split('/', '\\')[0]);
        Assert.All(folders.Distinct(), folder => Assert.Contains(folder, context));
        Assert.All(context.Where(path => !path.Contains('*', StringComparison.Ordinal)), path => Assert.True(Path.Exists(Path.Combine(Solution.Root, path)), path));
    }

    private static string PathOf(string name) => Path.Combine(Solution.Root, "deploy", $"Dockerfile.{name}");

    private static (string Word, string Text)[] Instructions(string name) =>
        [.. File.ReadAllText(PathOf(name)).Replace("\\\n", "", StringComparison.Ordinal).Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' ', 2))
            .Select(parts => (parts[0], parts[1].Trim()))];
}
