using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Node.Tests.Life;

/// <summary>What the platform is for, against a real node over real HTTPS and SignalR.</summary>
public class WholeLifeTests
{
    [Fact]
    public async Task Node_PaperNetworkWithAllKeys_ForecastsAsInTheClear()
    {
        using var place = new TemporaryFolder();
        await using var node = await NodeProcess.StartAsync(place["node"], "--log", "Trace");
        var owner = await node.JoinAsOwnerAsync("vale", "hill");
        await using var client = node.Client(owner.Token);
        using var farm = await TestFarm.PaperAsync(client);
        await farm.UploadKeysAsync(client);
        await farm.UploadDataAsync(client);

        await client.StartInferenceAsync("july", farm.Request);
        var heard = await client.ListenToEndAsync(after: 0, "july");

        Assert.Equal(PredictionStatus.Completed, heard[^1].Status);
        AssertForecasts(farm, heard);
        Assert.True((await client.GetKeySetAsync(TestFarm.KeySet)).Complete);
        var me = await client.GetMeAsync();
        Assert.Equal([TestFarm.KeySet, TestFarm.Dataset, TestFarm.Model, "july"], [.. me.KeySets, .. me.Datasets, .. me.Models, .. me.Inferences]);
        Assert.Equal(heard[^1].Sequence, me.LastSequence);
        // Even at its most talkative the log says who, and never the secret they came with.
        Assert.Contains("hill", node.Log, StringComparison.Ordinal);
        foreach (var token in new[] { owner.Token, node.OperatorToken }) Assert.DoesNotContain(token[(token.LastIndexOf('.') + 1)..], node.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Node_Restarted_PredictsWithoutAnythingUploadedAgain()
    {
        using var place = new TemporaryFolder();
        string token;
        string certificate;
        TestFarm farm;
        await using (var node = await NodeProcess.StartAsync(place["node"]))
        {
            certificate = node.Address.CertificateSha256;
            token = (await node.JoinAsOwnerAsync("vale", "hill")).Token;
            await using var client = node.Client(token);
            farm = await TestFarm.PaperAsync(client);
            await farm.UploadKeysAsync(client);
            await farm.UploadDataAsync(client);
            Assert.Equal(0, await node.StopAsync());
        }

        await using var again = await NodeProcess.StartAsync(place["node"]);
        await using var returned = again.Client(token);
        await returned.StartInferenceAsync("july", farm.Request);
        var heard = await returned.ListenToEndAsync(after: 0, "july");

        Assert.Equal(certificate, again.Address.CertificateSha256);
        AssertForecasts(farm, heard);
        farm.Dispose();
    }

    [Fact]
    public async Task Node_KilledWithAnInferenceAccepted_FinishesItAfterTheNextStart()
    {
        using var place = new TemporaryFolder();
        string token;
        TestFarm farm;
        await using (var node = await NodeProcess.StartAsync(place["node"]))
        {
            token = (await node.JoinAsOwnerAsync("vale", "hill")).Token;
            await using var client = node.Client(token);
            farm = await TestFarm.LinearAsync(client, windows: 9_000);
            await farm.UploadKeysAsync(client);
            await farm.UploadDataAsync(client);
            await client.StartInferenceAsync("july", farm.Request);
            await node.KillAsync();
        }

        await using var again = await NodeProcess.StartAsync(place["node"]);
        await using var returned = again.Client(token);
        var heard = await returned.ListenToEndAsync(after: 0, "july");

        AssertForecasts(farm, heard);
        Assert.Equal(Enumerable.Range(1, heard.Count).Select(number => (long)number), heard.Select(message => message.Sequence));
        farm.Dispose();
    }

    [Fact]
    public async Task Node_ToldToStopWhileItComputes_KeepsWhatIsDoneAndFinishesTheRestLater()
    {
        if (OperatingSystem.IsWindows()) return;
        using var place = new TemporaryFolder();
        string token;
        TestFarm farm;
        await using (var node = await NodeProcess.StartAsync(place["node"], "--workers", "1"))
        {
            token = (await node.JoinAsOwnerAsync("vale", "hill")).Token;
            await using var client = node.Client(token);
            farm = await TestFarm.LinearAsync(client, windows: 20_000);
            await farm.UploadKeysAsync(client);
            await farm.UploadDataAsync(client);
            await client.StartInferenceAsync("july", farm.Request);
            Assert.Equal(0, await node.TerminateAsync());
            Assert.DoesNotContain("could not be reported", node.Log, StringComparison.Ordinal);
        }

        await using var again = await NodeProcess.StartAsync(place["node"]);
        await using var returned = again.Client(token);
        var heard = await returned.ListenToEndAsync(after: 0, "july");

        AssertForecasts(farm, heard);
        Assert.Equal(Enumerable.Range(1, farm.Batches + 1).Select(number => (long)number), heard.Select(message => message.Sequence));
        farm.Dispose();
    }

    [Fact]
    public async Task DownloadResult_AfterTheEnd_IsWhatWasPushed()
    {
        using var place = new TemporaryFolder();
        await using var node = await NodeProcess.StartAsync(place["node"]);
        await using var client = await node.JoinAsync("vale", "hill");
        using var farm = await TestFarm.LinearAsync(client, windows: 3_000);
        await farm.UploadKeysAsync(client);
        await farm.UploadDataAsync(client);
        await client.StartInferenceAsync("july", farm.Request);
        var heard = await client.ListenToEndAsync(after: 0, "july");

        foreach (var message in heard.Where(message => message.Result is not null))
            Assert.Equal(message.Result, await client.DownloadResultAsync("july", message.Part));

        var description = await client.GetInferenceAsync("july");
        Assert.Equal((InferenceStatus.Completed, farm.Batches, farm.Batches), (description.Status, description.Parts, description.PartsCompleted));
    }

    internal static void AssertForecasts(TestFarm farm, IEnumerable<PredictionMessage> heard)
    {
        var expected = farm.Expected;
        var found = new double[expected.Length];
        Array.Fill(found, double.NaN);
        foreach (var message in heard.Where(message => message.Status == PredictionStatus.PartCompleted)) farm.Decrypt(message.Part, message.Result!, found);
        // The bound is the one the compiler chose its parameters for; see CompilerOptions.TargetError.
        for (var i = 0; i < expected.Length; i++) Assert.InRange(found[i], expected[i] - 1e-5, expected[i] + 1e-5);
    }
}
