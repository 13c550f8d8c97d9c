using YamlDotNet.RepresentationModel;

namespace FheOrleans.House.Tests.Deploy;

/// <summary>The manifests are held against each other: what one names, another has.</summary>
public class KubernetesTests
{
    private static readonly string[] NotResources = ["kustomization.yaml", "operator-token.yaml", "secrets.template.yaml"];

    public static TheoryData<string> WorkloadNames() => [.. Kubernetes.Workloads.Select(workload => workload.Name)];

    [Fact]
    public void EveryFile_IsPartOfTheKustomization()
    {
        var named = Kubernetes.Kustomization.TextsAt("resources").Concat(Kubernetes.Kustomization.ItemsAt("configMapGenerator").SelectMany(map => map.TextsAt("files")));
        Assert.Equal(
            Directory.EnumerateFiles(Kubernetes.Folder).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal),
            named.Concat(NotResources).Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(WorkloadNames))]
    public void EveryPod_IsNobodyAndMayNothing(string name)
    {
        var pod = Kubernetes.Workload(name).Pod;
        Assert.Equal("true", pod.TextAt("securityContext", "runAsNonRoot"));
        Assert.True(pod.NumberAt("securityContext", "runAsUser") > 0);
        Assert.True(pod.NumberAt("securityContext", "runAsGroup") > 0);
        Assert.Equal("RuntimeDefault", pod.TextAt("securityContext", "seccompProfile", "type"));
        Assert.Equal("false", pod.TextAt("automountServiceAccountToken"));
        Assert.All(Kubernetes.Workload(name).Containers, container =>
        {
            Assert.Equal("false", container.TextAt("securityContext", "allowPrivilegeEscalation"));
            Assert.Equal("true", container.TextAt("securityContext", "readOnlyRootFilesystem"));
            Assert.Equal(["ALL"], container.TextsAt("securityContext", "capabilities", "drop"));
            Assert.NotNull(container.At("resources", "requests", "cpu"));
            Assert.NotNull(container.At("resources", "requests", "memory"));
            Assert.NotNull(container.At("resources", "limits", "memory"));
        });
    }

    [Theory, MemberData(nameof(WorkloadNames))]
    public void EveryVolume_IsThereAndHoldsWhatExists(string name)
    {
        var workload = Kubernetes.Workload(name);
        var volumes = workload.Pod.ItemsAt("volumes").ToDictionary(volume => volume.TextAt("name")!);
        var claims = workload.Spec.ItemsAt("volumeClaimTemplates").Select(claim => claim.TextAt("metadata", "name")!);
        var mounted = workload.Containers.SelectMany(container => container.ItemsAt("volumeMounts")).Select(mount => mount.TextAt("name")!).Distinct();
        Assert.Equal(volumes.Keys.Concat(claims).Order(StringComparer.Ordinal), mounted.Order(StringComparer.Ordinal));

        var maps = Kubernetes.Kustomization.ItemsAt("configMapGenerator").Select(map => map.TextAt("name"));
        Assert.All(volumes.Values, volume =>
        {
            if (volume.TextAt("configMap", "name") is { } map) Assert.Contains(map, maps);
            var secrets = volume.ItemsAt("projected", "sources").Select(source => source.TextAt("secret", "name")).Append(volume.TextAt("secret", "secretName")).OfType<string>().ToArray();
            if (secrets.Length == 0) return;
            Assert.Subset(Kubernetes.SecretTemplates.Select(template => template.Name).ToHashSet(), secrets.ToHashSet());
            // Readable by the pod's own group, and by nobody else.
            Assert.Equal("0440", volume.TextAt("secret", "defaultMode") ?? volume.TextAt("projected", "defaultMode"));
            Assert.NotNull(workload.Pod.At("securityContext", "fsGroup"));
        });
    }

    [Theory, MemberData(nameof(WorkloadNames))]
    public void EveryProbe_AsksAPortThatIsOpen(string name) =>
        Assert.All(Kubernetes.Workload(name).Containers, container =>
        {
            var ports = Kubernetes.Ports(container).Keys;
            foreach (var probe in new[] { "startupProbe", "readinessProbe", "livenessProbe" })
                if (container.At(probe, "httpGet") is { } asked) Assert.Contains(asked.TextAt("port"), ports);
        });

    [Theory, InlineData("silo"), InlineData("gateway")]
    public void ProcessesOfTheCluster_HaveAllThreeProbes(string name)
    {
        var container = Kubernetes.Workload(name).Container;
        Assert.Equal("/health/live", container.TextAt("startupProbe", "httpGet", "path"));
        Assert.Equal("/health/live", container.TextAt("livenessProbe", "httpGet", "path"));
        Assert.Equal("/health/ready", container.TextAt("readinessProbe", "httpGet", "path"));
    }

    [Fact]
    public void EverySelector_MeansAWorkload()
    {
        var selectors =
            from item in Kubernetes.Objects
            from selector in Selectors(item)
            select (item, selector);
        Assert.All(selectors, pair => Assert.NotEmpty(Kubernetes.Selected(pair.selector)));

        static IEnumerable<YamlNode> Selectors(KubernetesObject item) =>
            item.Root.Everything().SelectMany(node => new[] { node.At("podSelector"), node.At("labelSelector") }).OfType<YamlNode>()
                .Concat(item.Kind is "Deployment" or "StatefulSet" or "PodDisruptionBudget" ? [item.Spec.At("selector")!] : []);
    }

    [Fact]
    public void EveryWorkload_IsSelectedByItselfOnly() =>
        Assert.All(Kubernetes.Workloads.Where(workload => workload.Kind != "Job"), workload =>
            Assert.Equal([workload.Name], Kubernetes.Selected(workload.Spec.At("selector")).Select(selected => selected.Name)));

    [Fact]
    public void EveryService_LeadsToAPortThatIsOpen() =>
        Assert.All(Kubernetes.Objects.Where(item => item.Kind == "Service"), service =>
        {
            var workload = Kubernetes.Workloads.Single(candidate =>
                service.Spec.EntriesAt("selector").All(label => candidate.PodLabels.GetValueOrDefault(label.Key) == label.Value.ToString()));
            var open = workload.Containers.SelectMany(container => Kubernetes.Ports(container).Keys);
            Assert.All(service.Spec.ItemsAt("ports"), port => Assert.Contains(port.TextAt("targetPort"), open));
        });

    [Fact]
    public void TheConnectionString_NamesTheServiceOfTheDatabase() =>
        Assert.Contains(
            $"Host={Kubernetes.Objects.Single(item => item.Kind == "Service" && item.File == "postgres.yaml").Name};",
            File.ReadAllText(Path.Combine(Kubernetes.Folder, "secrets.template.yaml")), StringComparison.Ordinal);

    [Fact]
    public void DisruptionBudgetsAndAutoscaling_AreForWhatThereIs()
    {
        string[] several = ["gateway", "silo"];
        Assert.Equal(several, Kubernetes.Objects.Where(item => item.Kind == "PodDisruptionBudget").SelectMany(item => Kubernetes.Selected(item.Spec.At("selector"))).Select(item => item.Name).Order());

        var scaler = Kubernetes.Objects.Single(item => item.Kind == "HorizontalPodAutoscaler");
        var target = Kubernetes.Workload(scaler.Spec.TextAt("scaleTargetRef", "name")!);
        Assert.Equal(scaler.Spec.TextAt("scaleTargetRef", "kind"), target.Kind);
        // Applying the manifests again must not undo what the autoscaler did.
        Assert.Null(target.Spec.At("replicas"));
        Assert.True(scaler.Spec.NumberAt("minReplicas") >= 2);
    }

    [Fact]
    public void SecretTemplates_HaveNoValue() =>
        Assert.All(Kubernetes.SecretTemplates.SelectMany(template => template.Root.EntriesAt("data")), entry => Assert.Equal("", entry.Value.ToString()));

    [Fact]
    public void TheSecretsTemplate_HasTheFilesThatTheProgramsRead()
    {
        var template = Kubernetes.SecretTemplates.Single(item => item.Name == "fheorleans-secrets");
        Assert.Equal(SecretFiles.Names.Order(StringComparer.Ordinal), template.Root.EntriesAt("data").Select(entry => entry.Key).Order(StringComparer.Ordinal));
    }

    [Theory, InlineData("silo", "certificate.pfx"), InlineData("gateway", "operator.token receipts.key")]
    public void EveryProcess_HasTheSecretsItNeedsAndNoOthers(string name, string others)
    {
        var sources = Kubernetes.Workload(name).Pod.ItemsAt("volumes").Single(volume => volume.TextAt("name") == "secrets").ItemsAt("projected", "sources");
        var given = sources.SelectMany(source => source.ItemsAt("secret", "items")).ToArray();
        Assert.All(given, item => Assert.Equal(item.TextAt("key"), item.TextAt("path")));
        Assert.Equal(
            SecretFiles.Names.Except(others.Split(' ')).Concat(["cluster.next.pfx", "cluster.previous.pfx"]).Order(StringComparer.Ordinal),
            given.Select(item => item.TextAt("key")!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryImage_HasAVersionOrIsOneOfOurs()
    {
        var ours = Kubernetes.Kustomization.ItemsAt("images").Select(image => image.TextAt("name")!).ToHashSet();
        Assert.All(Kubernetes.Workloads.SelectMany(workload => workload.Containers).Select(container => container.TextAt("image")!), image =>
            Assert.True(ours.Contains(image) || image.Contains(':', StringComparison.Ordinal) && !image.EndsWith(":latest", StringComparison.Ordinal), image));
    }

    [Fact]
    public async Task Kustomize_WhereItIsThere_BuildsThem()
    {
        if (!Shell.Has("kubectl")) return; // Its own opinion is one more; the facts above do without it.
        await Shell.SucceedsAsync("kubectl", "kustomize", Kubernetes.Folder);
    }
}
