using YamlDotNet.RepresentationModel;

namespace FheOrleans.House.Tests.Deploy;

/// <summary>The network policies, computed: who reaches whom, held against who must.</summary>
public class KubernetesNetworkTests
{
    private static readonly KubernetesObject[] Policies = [.. Kubernetes.Objects.Where(item => item.Kind == "NetworkPolicy")];

    // Everything that must be possible between pods; everything else must not be.
    private static readonly (string From, string To, string Port)[] Wanted =
    [
        ("silo", "silo", "silo"),
        ("gateway", "silo", "clients"),
        ("silo", "postgres", "postgres"),
        ("gateway", "postgres", "postgres"),
        ("prepare", "postgres", "postgres"),
    ];

    [Fact]
    public void NothingIsAllowed_ThatNoPolicyNames()
    {
        var nothing = Policies.Single(policy => policy.Name == "nothing");
        Assert.Equal(Kubernetes.Workloads.Select(item => item.Name), Kubernetes.Selected(nothing.Spec.At("podSelector")).Select(item => item.Name));
        Assert.Equal(["Ingress", "Egress"], nothing.Spec.TextsAt("policyTypes"));
        Assert.Null(nothing.Spec.At("ingress"));
        Assert.Null(nothing.Spec.At("egress"));
    }

    [Fact]
    public void WhoReachesWhom_IsWhoMust()
    {
        var reached =
            from source in Kubernetes.Workloads
            from target in Kubernetes.Workloads
            from container in target.Containers
            from port in Kubernetes.Ports(container)
            where port.Key != "metrics" && Leaves(source, target, port.Value) && Enters(source, target, port.Value)
            select (source.Name, target.Name, port.Key);
        Assert.Equal(Wanted.Order(), reached.Order());
    }

    [Fact]
    public void FromOutside_OnlyGatewaysAreReached()
    {
        var open =
            from policy in Policies
            from rule in policy.Spec.ItemsAt("ingress")
            where !rule.ItemsAt("from").Any()
            from workload in Kubernetes.Selected(policy.Spec.At("podSelector"))
            from port in rule.ItemsAt("ports")
            select (workload.Name, port.NumberAt("port"));
        Assert.Equal([("gateway", Kubernetes.Ports(Kubernetes.Workload("gateway").Container)["https"])], open);
    }

    [Fact]
    public void EveryPortOfARule_IsOneThatIsOpen()
    {
        var known = Kubernetes.Workloads.SelectMany(workload => workload.Containers).SelectMany(container => Kubernetes.Ports(container).Values).Append(53).ToHashSet();
        var named = Policies.SelectMany(policy => policy.Spec.ItemsAt("ingress").Concat(policy.Spec.ItemsAt("egress"))).SelectMany(rule => rule.ItemsAt("ports"));
        Assert.All(named, port => Assert.Contains(port.NumberAt("port")!.Value, known));
    }

    private static bool Leaves(KubernetesObject source, KubernetesObject target, int port) => Allows(source, "egress", "to", target, port);

    private static bool Enters(KubernetesObject source, KubernetesObject target, int port) => Allows(target, "ingress", "from", source, port);

    private static bool Allows(KubernetesObject subject, string direction, string peers, KubernetesObject other, int port) =>
        Policies.Where(policy => Kubernetes.Selected(policy.Spec.At("podSelector")).Contains(subject))
            .SelectMany(policy => policy.Spec.ItemsAt(direction))
            .Any(rule => rule.ItemsAt("ports").Any(allowed => allowed.NumberAt("port") == port) && (!rule.ItemsAt(peers).Any() || rule.ItemsAt(peers).Any(peer => Is(peer, other))));

    private static bool Is(YamlNode peer, KubernetesObject other) => peer.At("podSelector") is { } selector && Kubernetes.Selected(selector).Contains(other);
}
