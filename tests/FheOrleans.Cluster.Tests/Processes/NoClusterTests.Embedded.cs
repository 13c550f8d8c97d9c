using FheOrleans.Cluster.Tests.Support;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Cluster.Tests.Processes;

/// <summary>A build without Orleans has no cluster, and says what to do.</summary>
public class NoClusterTests
{
    [Fact]
    public async Task Gateway_BuiltWithoutOrleans_SaysWhatToRunInstead()
    {
        var (code, output, error) = await ProgramProcess.RunAsync(ProgramProcess.Gateway, "--secrets", "none", "--cluster", "vale");

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("-p:Cluster=Orleans", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task NewOperatorToken_BuiltWithoutOrleans_SaysWhatToRunInsteadAndWritesNothing()
    {
        using var place = new TemporaryFolder();
        var file = place["operator.token"];

        var (code, output, error) = await ProgramProcess.RunAsync(
            ProgramProcess.Gateway, "--new-operator-token", "--secrets", "none", "--cluster", "vale", "--token-file", file);

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("--data DIR --new-operator-token", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task Silo_BuiltWithoutOrleans_SaysWhatToRunInstead()
    {
        var (code, output, error) = await ProgramProcess.RunAsync(ProgramProcess.Silo, "--secrets", "none", "--cluster", "vale", "--silo", "127.0.0.1:11111");

        Assert.Equal((1, ""), (code, output));
        Assert.Contains("--data DIR", Assert.Single(error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Theory, InlineData("https://example.org/"), InlineData("file:///etc/passwd"), InlineData("127.0.0.1:1")]
    public async Task Check_NoAddressOfThisMachine_IsRefused(string url) =>
        Assert.Equal(2, (await ProgramProcess.RunAsync(ProgramProcess.Gateway, "--check", url)).ExitCode);

    [Fact]
    public async Task Check_NobodyThere_EndsWithOne() =>
        Assert.Equal(1, (await ProgramProcess.RunAsync(ProgramProcess.Gateway, "--check", "https://127.0.0.1:1/health/ready")).ExitCode);
}
