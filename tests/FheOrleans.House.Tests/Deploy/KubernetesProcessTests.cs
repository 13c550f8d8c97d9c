namespace FheOrleans.House.Tests.Deploy;

/// <summary>What the manifests start is what the programs have: options, ports, time to stop, metrics.</summary>
public class KubernetesProcessTests
{
    [Theory, InlineData("silo"), InlineData("gateway")]
    public async Task EveryCommandLine_IsOneThatTheProgramTakes(string name)
    {
        var program = name == "silo" ? BuiltProgram.Silo : BuiltProgram.Gateway;
        Assert.Empty(await program.FaultsAsync(Arguments(name)));
    }

    [Fact]
    public async Task Preparing_IsACommandLineThatTheProgramTakes() =>
        Assert.Empty(await BuiltProgram.Silo.FaultsAsync(Arguments("prepare")));

    [Fact]
    public void TheSilo_ListensOnThePortsItDeclares()
    {
        var container = Kubernetes.Workload("silo").Container;
        var ports = Kubernetes.Ports(container);
        Assert.Equal($"$(POD_IP):{ports["silo"]}", Kubernetes.Argument(container, "--silo"));
        Assert.Equal($"$(POD_IP):{ports["clients"]}", Kubernetes.Argument(container, "--clients"));
        Assert.Equal(ports["health"], new Uri(Kubernetes.Argument(container, "--health")!).Port);
        Assert.Contains(container.ItemsAt("env"), variable => variable.TextAt("name") == "POD_IP" && variable.TextAt("valueFrom", "fieldRef", "fieldPath") == "status.podIP");
    }

    [Fact]
    public void TheGateway_ListensOnThePortItDeclares()
    {
        var container = Kubernetes.Workload("gateway").Container;
        Assert.Equal(Kubernetes.Ports(container)["https"], new Uri(Kubernetes.Argument(container, "--url")!).Port);
        Assert.Equal("HTTPS", container.TextAt("readinessProbe", "httpGet", "scheme"));
    }

    [Theory, InlineData("silo"), InlineData("gateway")]
    public void TheCollectorBesideIt_ListensWhereItSends(string name)
    {
        var workload = Kubernetes.Workload(name);
        var sent = new Uri(Kubernetes.Argument(workload.Container, "--otlp")!);
        var collector = Yaml.Load(Path.Combine(Kubernetes.Folder, "collector.yaml")).Single();
        Assert.Equal($"{sent.Host}:{sent.Port}", collector.TextAt("receivers", "otlp", "protocols", "http", "endpoint"));
        var shown = workload.Spec.TextAt("template", "metadata", "annotations", "prometheus.io/port");
        Assert.EndsWith($":{shown}", collector.TextAt("exporters", "prometheus", "endpoint"), StringComparison.Ordinal);
        Assert.Contains(workload.Containers, container => Kubernetes.Ports(container).GetValueOrDefault("metrics") == int.Parse(shown!, System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory, InlineData("silo"), InlineData("gateway")]
    public void EveryPod_IsGivenTheTimeItTakesToStop(string name)
    {
        var (pod, container) = (Kubernetes.Workload(name).Pod, Kubernetes.Workload(name).Container);
        var before = container.NumberAt("lifecycle", "preStop", "sleep", "seconds") ?? 0;
        Assert.True(pod.NumberAt("terminationGracePeriodSeconds") >= before + StopTime.Needed(container.TextsAt("args")));
    }

    [Fact]
    public void ASilosProcessors_AreAsManyAsItsThreads()
    {
        var container = Kubernetes.Workload("silo").Container;
        Assert.Equal(Kubernetes.Argument(container, "--workers"), container.TextAt("resources", "requests", "cpu"));
    }

    [Fact]
    public void TheAutoscalersMetric_IsOneThatProcessesHave()
    {
        var metric = Kubernetes.Objects.Single(item => item.Kind == "HorizontalPodAutoscaler").Spec.ItemsAt("metrics").Single().TextAt("external", "metric", "name");
        // As a Prometheus writes OpenTelemetry's names.
        Assert.Contains(metric, Instruments.Names.Select(name => name.Replace('.', '_')));
    }

    private static IEnumerable<string> Arguments(string name) =>
        Kubernetes.Workload(name).Container.TextsAt("args").Select(argument => argument.Replace("$(POD_IP)", "10.0.0.7", StringComparison.Ordinal));
}
