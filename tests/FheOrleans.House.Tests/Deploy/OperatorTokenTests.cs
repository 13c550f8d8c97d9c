using YamlDotNet.RepresentationModel;

namespace FheOrleans.House.Tests.Deploy;

/// <summary>The way back for an operator who has lost every token, in each way to deploy: commands that the program takes, and no right too many.</summary>
public class OperatorTokenTests
{
    private static readonly IReadOnlyList<YamlNode> Documents = Yaml.Load(Path.Combine(Kubernetes.Folder, "operator-token.yaml"));

    private static readonly YamlNode Pod = Documents.Single(document => document.TextAt("kind") == "Pod");

    private static IEnumerable<YamlNode> Containers => Pod.ItemsAt("spec", "initContainers").Concat(Pod.ItemsAt("spec", "containers"));

    [Fact]
    public async Task ThePod_RunsACommandLineThatTheProgramTakesButForItsFolder()
    {
        var renew = Pod.ItemsAt("spec", "initContainers").Single();
        // The folder of the token is the pod's own.
        Assert.Contains("folder that is not there", Assert.Single(await BuiltProgram.Gateway.FaultsAsync(renew.TextsAt("args"))), StringComparison.Ordinal);
        Assert.Equal(Kubernetes.Argument(Kubernetes.Workload("silo").Container, "--cluster"), Kubernetes.Argument(renew, "--cluster"));
        Assert.Equal(Kubernetes.Workload("gateway").Container.TextAt("image"), renew.TextAt("image"));
    }

    [Fact]
    public void ThePod_IsNobodyMayNothingAndDoesNotStay()
    {
        Assert.Equal("true", Pod.TextAt("spec", "securityContext", "runAsNonRoot"));
        Assert.Equal("false", Pod.TextAt("spec", "automountServiceAccountToken"));
        Assert.True(Pod.NumberAt("spec", "activeDeadlineSeconds") > 0);
        Assert.All(Containers, container =>
        {
            Assert.Equal("false", container.TextAt("securityContext", "allowPrivilegeEscalation"));
            Assert.Equal("true", container.TextAt("securityContext", "readOnlyRootFilesystem"));
            Assert.Equal(["ALL"], container.TextsAt("securityContext", "capabilities", "drop"));
        });
        // The token is in memory only, and the secrets are those that let a process in.
        var volumes = Pod.ItemsAt("spec", "volumes").ToDictionary(volume => volume.TextAt("name")!);
        Assert.Equal("Memory", volumes["out"].TextAt("emptyDir", "medium"));
        var given = volumes["secrets"].ItemsAt("projected", "sources").SelectMany(source => source.ItemsAt("secret", "items")).Select(item => item.TextAt("key"));
        Assert.Equal(["database.connection", "cluster.pfx"], given);
    }

    [Fact]
    public void ItsPolicies_LetItReachWhatAGatewayReachesAndNobodyElse()
    {
        var own = Documents.Where(document => document.TextAt("kind") == "NetworkPolicy").ToArray();
        var silo = Kubernetes.Ports(Kubernetes.Workload("silo").Container)["clients"];
        var postgres = Kubernetes.Ports(Kubernetes.Workload("postgres").Container)["postgres"];
        var opened =
            from policy in own
            from direction in new[] { (Rules: "egress", Peers: "to"), (Rules: "ingress", Peers: "from") }
            from rule in policy.ItemsAt("spec", direction.Rules)
            from peer in rule.ItemsAt(direction.Peers)
            from port in rule.ItemsAt("ports")
            let subject = NameOf(policy.At("spec", "podSelector"))
            let other = NameOf(peer.At("podSelector"))
            select direction.Rules == "egress" ? $"{subject} to {other}:{port.NumberAt("port")}" : $"{subject}:{port.NumberAt("port")} from {other}";
        Assert.Equal(
            [$"operator-token to postgres:{postgres}", $"operator-token to silo:{silo}", $"postgres:{postgres} from operator-token", $"silo:{silo} from operator-token"],
            opened.Order(StringComparer.Ordinal));
        Assert.Equal("operator-token", Pod.TextAt("metadata", "labels", "app.kubernetes.io/name"));
        // No service and no other policy means it.
        Assert.DoesNotContain(Kubernetes.Objects, item => item.Kind == "Service" && item.Spec.TextAt("selector", "app.kubernetes.io/name") == "operator-token");

        static string? NameOf(YamlNode? selector) => selector.TextAt("matchLabels", "app.kubernetes.io/name");
    }
}
