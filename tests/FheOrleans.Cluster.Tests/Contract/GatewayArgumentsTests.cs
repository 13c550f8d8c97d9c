using FheOrleans.Gateway.Host.Options;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Cluster.Tests.Contract;

public class GatewayArgumentsTests
{
    [Fact]
    public void Read_OnlyWhatIsRequired_TakesTheDefaults()
    {
        var (options, faults) = GatewayArguments.Read(["--secrets", "s", "--cluster", "vale"]);

        Assert.Empty(faults);
        Assert.Equal(("s", "vale", new Uri("https://127.0.0.1:0")), (options.Secrets, options.Cluster, options.Url));
        Assert.Equal((64, 1024), (options.BodyMemoryMebibytes, options.Connections));
    }

    [Fact]
    public void Read_SeveralFaults_NamesThemAll()
    {
        var (_, faults) = GatewayArguments.Read(["--url", "http://0.0.0.0:80", "--cluster", "vale", "--data", "d", "--connections", "0"]);

        Assert.Collection(
            faults,
            fault => Assert.Contains("'--data' is not an option", fault, StringComparison.Ordinal),
            fault => Assert.Contains("'d' is not an option", fault, StringComparison.Ordinal),
            fault => Assert.Contains("--secrets is missing", fault, StringComparison.Ordinal),
            fault => Assert.Contains("no unencrypted way in", fault, StringComparison.Ordinal),
            fault => Assert.Contains("--connections is 0", fault, StringComparison.Ordinal));
    }

    [Fact]
    public void ReadNewOperatorToken_SeveralFaults_NamesThemAll()
    {
        using var place = new TemporaryFolder();
        var (_, faults) = OperatorRenewalArguments.Read(["--new-operator-token", "--token-file", Path.Combine(place["missing"], "token")]);
        File.WriteAllText(place["token"], "");
        var (_, there) = OperatorRenewalArguments.Read(["--new-operator-token", "--secrets", "s", "--cluster", "vale", "--token-file", place["token"]]);

        Assert.Collection(
            faults,
            fault => Assert.Contains("--secrets is missing", fault, StringComparison.Ordinal),
            fault => Assert.Contains("--cluster is missing", fault, StringComparison.Ordinal),
            fault => Assert.Contains("folder that is not there", fault, StringComparison.Ordinal));
        Assert.Contains("ever written over", Assert.Single(there), StringComparison.Ordinal);
    }
}
