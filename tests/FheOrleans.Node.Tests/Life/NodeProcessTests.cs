using System.Net;
using System.Net.Sockets;
using FheOrleans.Client.Nodes;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Node.Tests.Life;

/// <summary>The node as a process: how it begins, what it leaves behind, how it ends.</summary>
public class NodeProcessTests
{
    [Fact]
    public async Task Start_FirstTime_SaysWhereItIsAndIsReady()
    {
        using var place = new TemporaryFolder();
        await using var node = await NodeProcess.StartAsync(place["node"]);
        await using var client = node.Client();

        Assert.Matches(@"^ready https://127\.0\.0\.1:[0-9]+ sha256:[0-9A-F]{64}$", node.ReadyLine);
        Assert.Equal(NodeCondition.Ready, (await client.GetHealthAsync()).Status);
        Assert.StartsWith("fo.operator.", node.OperatorToken, StringComparison.Ordinal);
        Assert.DoesNotContain(node.OperatorToken, node.Log, StringComparison.Ordinal);
        if (OperatingSystem.IsWindows()) return;
        foreach (var file in Directory.EnumerateFiles(place["node"]))
            Assert.True(File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite), $"{Path.GetFileName(file)} may be used by others.");
    }

    [Fact]
    public async Task Start_WithMemory_KeepsToItAndSaysHow()
    {
        using var place = new TemporaryFolder();
        await using var node = await NodeProcess.StartAsync(place["node"], "--memory", "400");

        Assert.Equal(0, await node.StopAsync());

        Assert.Contains("Keeping to 400 MiB of memory: 208 MiB of heap, 52 MiB of that for keys", node.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_Again_KeepsCertificateAndOperator()
    {
        using var place = new TemporaryFolder();
        string certificate;
        string token;
        await using (var node = await NodeProcess.StartAsync(place["node"]))
        {
            (certificate, token) = (node.Address.CertificateSha256, node.OperatorToken);
            Assert.Equal(0, await node.StopAsync());
        }
        // The operator may take the token to a better place: it stays good, and no other takes its place.
        File.Delete(Path.Combine(place["node"], "operator.token"));

        await using var again = await NodeProcess.StartAsync(place["node"]);
        await using var byOperator = again.Client(token);

        Assert.Equal(certificate, again.Address.CertificateSha256);
        Assert.Equal("vale", (await byOperator.CreateTenantAsync("vale")).Name);
        Assert.False(File.Exists(Path.Combine(place["node"], "operator.token")));
    }

    [Fact]
    public async Task NewOperatorToken_AllTokensLost_MakesOneThatWorksAndEndsTheOthers()
    {
        using var place = new TemporaryFolder();
        string lost;
        await using (var node = await NodeProcess.StartAsync(place["node"]))
        {
            lost = node.OperatorToken;
            Assert.Equal(0, await node.StopAsync());
        }
        File.Delete(Path.Combine(place["node"], "operator.token"));

        var (code, output, error) = await NodeProcess.RunAsync("--data", place["node"], "--new-operator-token");

        Assert.Equal((0, true), (code, output.Contains("operator.token", StringComparison.Ordinal)));
        await using var again = await NodeProcess.StartAsync(place["node"]);
        Assert.DoesNotContain(again.OperatorToken, output + error, StringComparison.Ordinal);
        await using var byOperator = again.Client(again.OperatorToken);
        await using var byNobody = again.Client(lost);
        Assert.Equal("vale", (await byOperator.CreateTenantAsync("vale")).Name);
        Assert.Equal(HttpStatusCode.Unauthorized, (await Assert.ThrowsAsync<NodeRefusedException>(() => byNobody.CreateTenantAsync("hill"))).Status);
    }

    [Fact]
    public async Task Stop_StandardInputEnds_EndsWithinMoments()
    {
        using var place = new TemporaryFolder();
        await using var node = await NodeProcess.StartAsync(place["node"]);

        Assert.Equal(0, await node.StopAsync());
        Assert.Contains("the parent process has gone", node.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Stop_WithAListener_DoesNotWaitForIt()
    {
        using var place = new TemporaryFolder();
        await using var node = await NodeProcess.StartAsync(place["node"]);
        await using var client = await node.JoinAsync("vale", "hill");
        using var farm = await TestFarm.LinearAsync(client, windows: 100);
        await farm.UploadKeysAsync(client);
        await farm.UploadDataAsync(client);
        await client.StartInferenceAsync("one", farm.Request);
        using var listening = new CancellationTokenSource();
        var enumerator = client.ListenAsync(0, listening.Token).GetAsyncEnumerator();
        // Both events have come, so the connection stands; the third never will.
        Assert.True(await enumerator.MoveNextAsync() && await enumerator.MoveNextAsync());
        var next = enumerator.MoveNextAsync().AsTask();

        Assert.Equal(0, await node.StopAsync());

        await listening.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next);
        await enumerator.DisposeAsync();
    }

    [Fact]
    public async Task Stop_Sigterm_EndsCleanly()
    {
        if (OperatingSystem.IsWindows()) return;
        using var place = new TemporaryFolder();
        await using var node = await NodeProcess.StartAsync(place["node"]);

        Assert.Equal(0, await node.TerminateAsync());
    }

    [Fact]
    public async Task Start_FolderInUse_IsRefused()
    {
        using var place = new TemporaryFolder();
        await using var node = await NodeProcess.StartAsync(place["node"]);

        var (exitCode, output, error) = await NodeProcess.RunAsync("--data", place["node"]);

        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.Contains("Another node is using the folder", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PortInUse_SaysSo()
    {
        using var place = new TemporaryFolder();
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();

        var url = $"https://127.0.0.1:{((IPEndPoint)taken.LocalEndpoint).Port}";
        var (exitCode, output, error) = await NodeProcess.RunAsync("--data", place["node"], "--url", url, "--log", "None");

        Assert.Equal(1, exitCode);
        Assert.Empty(output);
        Assert.Contains("cannot start at https://127.0.0.1", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_BadCommandLine_NamesEveryFault()
    {
        var (exitCode, output, error) = await NodeProcess.RunAsync("--url", "http://127.0.0.1:1", "--worker", "2");

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        foreach (var fault in new[] { "--data is missing", "no unencrypted way in", "nearest is '--workers'" }) Assert.Contains(fault, error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_OtherCertificateThanPinned_IsRefusedBeforeAnythingIsSent()
    {
        using var place = new TemporaryFolder();
        await using var node = await NodeProcess.StartAsync(place["node"]);
        var wrong = new NodeAddress(node.Address.Url, new string('A', 64));
        await using var client = new NodeClient(wrong, node.OperatorToken);

        var fault = await Assert.ThrowsAsync<CertificateMismatchException>(() => client.CreateTenantAsync("vale"));
        Assert.Equal((wrong.CertificateSha256, node.Address.CertificateSha256), (fault.Expected, fault.Found));

        await Assert.ThrowsAsync<CertificateMismatchException>(async () =>
        {
            await foreach (var message in client.ListenAsync(0)) Assert.Fail($"Heard event {message.Sequence}.");
        });
    }

    [Fact]
    public async Task Connect_NobodyThere_SaysWhatToCheck()
    {
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var url = new Uri($"https://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}");
        free.Stop();
        await using var client = new NodeClient(new NodeAddress(url, new string('A', 64)), token: null);

        var fault = await Assert.ThrowsAsync<NodeUnreachableException>(() => client.GetHealthAsync());
        Assert.Equal(url, fault.Url);
        Assert.Contains("Check that it is running", fault.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<NodeUnreachableException>(async () =>
        {
            await foreach (var message in client.ListenAsync(0)) Assert.Fail($"Heard event {message.Sequence}.");
        });
    }

    [Fact]
    public async Task Connect_WithoutTls_IsNotAnswered()
    {
        using var place = new TemporaryFolder();
        await using var node = await NodeProcess.StartAsync(place["node"]);
        using var http = new HttpClient();

        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync(new UriBuilder(node.Address.Url) { Scheme = "http" }.Uri));
    }
}
