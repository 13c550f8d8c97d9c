using YamlDotNet.RepresentationModel;

namespace FheOrleans.House.Tests.Deploy;

/// <summary>One object of deploy/kubernetes.</summary>
/// <param name="File">The file it is in.</param>
/// <param name="Root">The object.</param>
internal sealed record KubernetesObject(string File, YamlNode Root)
{
    public string Kind => Root.TextAt("kind")!;

    public string Name => Root.TextAt("metadata", "name")!;

    public YamlNode Spec => Root.At("spec")!;

    /// <summary>What its pods are like; null where it has none.</summary>
    public YamlNode? Pod => Spec.At("template", "spec");

    /// <summary>The labels of its pods.</summary>
    public IReadOnlyDictionary<string, string> PodLabels => Spec.EntriesAt("template", "metadata", "labels").ToDictionary(entry => entry.Key, entry => entry.Value.ToString());

    /// <summary>Its containers, those beside it included.</summary>
    public IEnumerable<YamlNode> Containers => Pod.ItemsAt("initContainers").Concat(Pod.ItemsAt("containers"));

    /// <summary>Its own container: the one of the object's name.</summary>
    public YamlNode Container => Pod.ItemsAt("containers").Single(container => container.TextAt("name") == Name);

    public override string ToString() => $"{Kind} {Name}";
}

/// <summary>The folder deploy/kubernetes as the tests read it.</summary>
internal static class Kubernetes
{
    public static string Folder { get; } = Path.Combine(Solution.Root, "deploy", "kubernetes");

    public static YamlNode Kustomization { get; } = Yaml.Load(Path.Combine(Folder, "kustomization.yaml")).Single();

    public static KubernetesObject[] SecretTemplates { get; } = Read("secrets.template.yaml");

    public static KubernetesObject[] Objects { get; } = [.. Kustomization.TextsAt("resources").SelectMany(Read)];

    public static IEnumerable<KubernetesObject> Workloads => Objects.Where(item => item.Pod is not null);

    public static KubernetesObject Workload(string name) => Workloads.Single(item => item.Name == name);

    /// <summary>The workloads that a selector of labels means.</summary>
    public static IEnumerable<KubernetesObject> Selected(YamlNode? selector) => Workloads.Where(workload =>
        selector.EntriesAt("matchLabels").All(label => workload.PodLabels.GetValueOrDefault(label.Key) == label.Value.ToString()) &&
        selector.ItemsAt("matchExpressions").All(expression =>
            expression.TextAt("operator") == "In" && expression.TextsAt("values").Contains(workload.PodLabels.GetValueOrDefault(expression.TextAt("key")!))));

    /// <summary>The value of one argument of a container, written <c>--name=value</c>.</summary>
    public static string? Argument(YamlNode container, string name) =>
        container.TextsAt("args").FirstOrDefault(argument => argument.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    /// <summary>The numbers of a container's ports, by name.</summary>
    public static IReadOnlyDictionary<string, int> Ports(YamlNode container) =>
        container.ItemsAt("ports").ToDictionary(port => port.TextAt("name")!, port => port.NumberAt("containerPort")!.Value);

    private static KubernetesObject[] Read(string file) =>
        [.. Yaml.Load(Path.Combine(Folder, file)).Select(root => new KubernetesObject(file, root))];
}
