using YamlDotNet.RepresentationModel;

namespace FheOrleans.House.Tests.Deploy;

/// <summary>The compose file: who may what, who listens where, and that nothing is named that is not there.</summary>
public class ComposeTests
{
    private static readonly YamlNode Root = Yaml.Load(Path.Combine(Solution.Root, "deploy", "compose.yaml")).Single();

    private static readonly Dictionary<string, YamlNode> Services = Root.EntriesAt("services").ToDictionary(entry => entry.Key, entry => entry.Value);

    public static TheoryData<string> Names() => [.. Services.Keys];

    public static TheoryData<string> Processes() => [.. Services.Keys.Where(name => name.StartsWith("silo-", StringComparison.Ordinal) || name.StartsWith("gateway-", StringComparison.Ordinal))];

    [Fact]
    public void ThereAre_ThreeSilosAndTwoGateways()
    {
        Assert.Equal(3, Services.Keys.Count(name => name.StartsWith("silo-", StringComparison.Ordinal)));
        Assert.Equal(2, Services.Keys.Count(name => name.StartsWith("gateway-", StringComparison.Ordinal)));
    }

    [Theory, MemberData(nameof(Names))]
    public void EveryService_MayLittle(string name)
    {
        var service = Services[name];
        Assert.Equal("true", service.TextAt("read_only"));
        Assert.Equal(["ALL"], service.TextsAt("cap_drop"));
        Assert.Contains("no-new-privileges:true", service.TextsAt("security_opt"));
        Assert.NotNull(service.TextAt("mem_limit"));
        // One is root, to give files to the users of the others: it has no network, and ends.
        var root = service.TextAt("user")!.StartsWith("0:", StringComparison.Ordinal);
        Assert.Equal(root, service.TextAt("network_mode") == "none");
        Assert.Equal(root, service.ItemsAt("cap_add").Any());
        if (root) Assert.Null(service.TextAt("restart"));
    }

    [Theory, MemberData(nameof(Names))]
    public void WhatAServiceNames_IsThere(string name)
    {
        var service = Services[name];
        Assert.All(service.EntriesAt("depends_on"), other => Assert.Contains(other.Key, Services.Keys));
        Assert.All(service.TextsAt("networks").Concat(service.EntriesAt("networks").Select(network => network.Key)), network => Assert.NotNull(Root.At("networks", network)));
        Assert.All(service.TextsAt("volumes").Select(volume => volume.Split(':')[0]), source =>
        {
            if (source[0] != '.') Assert.NotNull(Root.At("volumes", source));
            // Folders of secrets are made at the first start; everything else is in the repository.
            else if (!source.StartsWith("./secrets", StringComparison.Ordinal)) Assert.True(File.Exists(Path.Combine(Solution.Root, "deploy", source)), source);
        });
        if (service.At("build") is { } build) Assert.True(File.Exists(Path.Combine(Solution.Root, "deploy", build.TextAt("context")!, build.TextAt("dockerfile")!)));
    }

    [Theory, MemberData(nameof(Names))]
    public void EveryImage_IsBuiltHereOrHasAVersion(string name)
    {
        var image = Services[name].TextAt("image")!;
        var built = Services.Values.Where(service => service.At("build") is not null).Select(service => service.TextAt("image"));
        Assert.True(built.Contains(image) || image.Contains(':', StringComparison.Ordinal) && !image.EndsWith(":latest", StringComparison.Ordinal), image);
    }

    [Theory, MemberData(nameof(Processes))]
    public async Task EveryCommandLine_IsOneThatTheProgramTakes(string name) =>
        Assert.Empty(await ProgramOf(name).FaultsAsync(Services[name].TextsAt("command")));

    [Fact]
    public async Task Preparing_IsACommandLineThatTheProgramTakes() =>
        Assert.Empty(await BuiltProgram.Silo.FaultsAsync(Services["prepare"].TextsAt("command").Select(text => text.Replace("${FHE_HOST:-localhost}", "localhost", StringComparison.Ordinal))));

    [Theory, MemberData(nameof(Processes))]
    public void EveryProcess_ListensWhereItIsFound(string name)
    {
        var service = Services[name];
        if (name.StartsWith("silo-", StringComparison.Ordinal))
        {
            var ports = Kubernetes.Ports(Kubernetes.Workload("silo").Container);
            // By the service's name, which the engine's own name server knows.
            Assert.Equal($"{name}:{ports["silo"]}", Value(service, "--silo"));
            Assert.Equal($"{name}:{ports["clients"]}", Value(service, "--clients"));
            Assert.Equal(["cluster"], service.TextsAt("networks"));
            Assert.Equal(ports["health"], new Uri(Value(service, "--health")).Port);
        }
        else
        {
            Assert.EndsWith($":{new Uri(Value(service, "--url")).Port}", service.TextsAt("ports").Single(), StringComparison.Ordinal);
            Assert.Contains("outside", service.TextsAt("networks"));
        }
    }

    [Theory, MemberData(nameof(Processes))]
    public void EveryProcess_IsGivenTheTimeItTakesToStop(string name) =>
        Assert.True(Seconds(Services[name].TextAt("stop_grace_period")!) >= StopTime.Needed(Services[name].TextsAt("command")));

    [Theory, MemberData(nameof(Processes))]
    public void TheCollector_ListensWhereProcessesSend(string name)
    {
        var sent = new Uri(Value(Services[name], "--otlp"));
        var collector = Yaml.Load(Path.Combine(Solution.Root, "deploy", "compose", "collector.yaml")).Single();
        Assert.Contains(sent.Host, Services.Keys);
        Assert.EndsWith($":{sent.Port}", collector.TextAt("receivers", "otlp", "protocols", "http", "endpoint"), StringComparison.Ordinal);
        Assert.NotNull(collector.At("receivers", "otlp", "protocols", "http", "tls"));
    }

    [Theory, InlineData("compose/collector.yaml"), InlineData("kubernetes/collector.yaml")]
    public void ACollectorsPipelines_AreMadeOfWhatItHas(string file)
    {
        var collector = Yaml.Load(Path.Combine(Solution.Root, "deploy", file)).Single();
        var parts =
            from pipeline in collector.EntriesAt("service", "pipelines")
            from kind in new[] { "receivers", "processors", "exporters" }
            from part in pipeline.Value.TextsAt(kind)
            select collector.At(kind, part);
        Assert.All(parts, Assert.NotNull);
    }

    private static BuiltProgram ProgramOf(string name) => name.StartsWith("silo-", StringComparison.Ordinal) ? BuiltProgram.Silo : BuiltProgram.Gateway;

    private static string Value(YamlNode service, string option) => service.TextsAt("command").SkipWhile(text => text != option).Skip(1).First();

    private static int Seconds(string duration) => int.Parse(duration.TrimEnd('s'), System.Globalization.CultureInfo.InvariantCulture);
}
