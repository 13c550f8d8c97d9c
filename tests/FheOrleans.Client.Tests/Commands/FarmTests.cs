using FheOrleans.Client.Nodes;
using FheOrleans.Client.Tests.Forecasts;

namespace FheOrleans.Client.Tests.Commands;

/// <summary>The commands one after another, as a farm uses them, against a real node.</summary>
[Collection(NodeTests.Name)]
public sealed class FarmTests(TestNode node) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Commands_FromInitToResults_ForecastEveryCowsNextYield()
    {
        await File.WriteAllTextAsync(_folder["passphrase"], "correct horse battery\n");
        await File.WriteAllTextAsync(_folder["wrong"], "incorrect horse\n");
        string[] home = ["--home", _folder["home"]], secret = [.. home, "--passphrase-file", _folder["passphrase"]];
        var (code, at) = (await node.InviteAsync(), node.Address);
        string[] join = ["init", "--node", at.Url.ToString(), "--certificate", at.CertificateSha256, "--code", code];

        // A certificate that is not the node's: nothing is sent, and the code is still good.
        (await CommandLine.RunAsync([.. join[..3], "--certificate", new string('0', 64), "--code", code, .. secret])).Failed(1, "nothing was sent");
        (await CommandLine.RunAsync([.. join, .. secret])).Succeeded();
        (await CommandLine.RunAsync("simulate", _folder["herd.csv"], "--cows", "20")).Succeeded();
        (await CommandLine.RunAsync(["wrangle", _folder["herd.csv"], .. home])).Succeeded();
        (await CommandLine.RunAsync(["train", "--epochs", "3", "--starts", "1", .. home])).Succeeded();
        (await CommandLine.RunAsync(["upload", .. home, "--passphrase-file", _folder["wrong"]])).Failed(1, "the passphrase is wrong");
        var upload = (await CommandLine.RunAsync(["upload", "--json", .. secret])).Succeeded().Json;
        Assert.Equal("series", upload.GetProperty("layout").GetString());
        var predicted = (await CommandLine.RunAsync(["predict", "--inference", "next-week", "--json", .. secret])).Succeeded().Json;

        var forecasts = predicted.GetProperty("forecasts").EnumerateArray().ToArray();
        Assert.Equal(upload.GetProperty("windows").GetInt32(), forecasts.Length);
        Assert.All(forecasts, forecast => Assert.InRange(forecast.GetProperty("forecastKilograms").GetDouble(), -50, 150));
        var shown = (await CommandLine.RunAsync(["results", "--inference", "next-week", "--offline", .. home])).Succeeded();
        Assert.Contains("forecast kg", shown.Output, StringComparison.Ordinal);
        Assert.Contains("next-week", (await CommandLine.RunAsync(["results", .. secret])).Succeeded().Output, StringComparison.Ordinal);

        // The node's word: everything holds, is in the ledger, and what is deleted is gone while its entries stay.
        var verified = (await CommandLine.RunAsync(["verify", "--json", .. secret])).Succeeded().Json;
        Assert.Equal((2, 3, 3, 0), (Count("receipts"), Count("ledgerEntries"), Count("entered"), verified.GetProperty("faults").GetArrayLength()));
        (await CommandLine.RunAsync(["verify", "--offline", .. home])).Succeeded();
        (await CommandLine.RunAsync(["verify", "--offline", "--accept-key", .. home])).Failed(2, "--accept-key asks the node");
        (await CommandLine.RunAsync(["delete", "inference", "next-week", .. secret])).Succeeded();
        (await CommandLine.RunAsync(["delete", "dataset", upload.GetProperty("dataset").GetString()!, .. secret])).Succeeded();
        var ledger = (await CommandLine.RunAsync(["ledger", .. secret])).Succeeded().Output;
        foreach (var entry in new[] { "keySetStored", "datasetCompleted", "inferenceCompleted", "inferenceDeleted", "datasetDeleted" }) Assert.Contains(entry, ledger, StringComparison.Ordinal);
        (await CommandLine.RunAsync(["predict", .. secret])).Failed(1, "Nothing was uploaded");
        (await CommandLine.RunAsync(["verify", .. secret])).Succeeded();

        // The node moves: the address is kept anew without an invitation, and a home that never joined needs one.
        (await CommandLine.RunAsync([.. join[..5], .. secret])).Succeeded();
        (await CommandLine.RunAsync([.. join[..5], "--home", _folder["stranger"], "--passphrase-file", _folder["passphrase"]])).Failed(2, "--code is needed");
        (await CommandLine.RunAsync(["delete", "everything", "another-farm", .. secret])).Failed(2, "confirm it with this farm's own name");

        int Count(string name) => verified.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task Init_ASpentCode_IsRefused()
    {
        await File.WriteAllTextAsync(_folder["passphrase"], "correct horse battery\n");
        var code = await node.InviteAsync();
        await using (var stranger = new NodeClient(node.Address, token: null)) await stranger.JoinAsync(code);
        var again = await CommandLine.RunAsync(
            "init", "--node", node.Address.Url.ToString(), "--certificate", node.Address.CertificateSha256, "--code", code,
            "--home", _folder["home"], "--passphrase-file", _folder["passphrase"]);
        again.Failed(1, "The node refused");
        Assert.False(File.Exists(_folder["home/profile.json"]));
    }
}
