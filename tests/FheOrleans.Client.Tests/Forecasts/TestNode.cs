using FheOrleans.Cli;
using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Herds;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Nodes;
using FheOrleans.Client.Simulation;
using FheOrleans.Networks;

namespace FheOrleans.Client.Tests.Forecasts;

/// <summary>One node, a process of its own, that the tests of a collection share; each test is a data owner of its own there.</summary>
public sealed class TestNode : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("farm-test-node-").FullName;
    private int _owners;

    /// <summary>The node's own folder.</summary>
    public string DataFolder => Path.Combine(_folder, "node");

    internal NodeProcess Process { get; private set; } = null!;

    public NodeAddress Address => Process.Address;

    public async Task InitializeAsync()
    {
        Process = await NodeProcess.StartAsync(Path.Combine(_folder, "node"), "https://127.0.0.1:0", workers: null, log: null, CancellationToken.None);
        await using var client = new NodeClient(Address, Process.ReadOperatorToken());
        await client.CreateTenantAsync("coop");
    }

    public async Task DisposeAsync()
    {
        await Process.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Starts a stopped node again on the same folder.</summary>
    public async Task RestartAsync()
    {
        Process = await NodeProcess.StartAsync(Path.Combine(_folder, "node"), "https://127.0.0.1:0", workers: null, log: null, CancellationToken.None);
    }

    /// <summary>A code for a farm that has not joined yet.</summary>
    public async Task<string> InviteAsync()
    {
        await using var client = new NodeClient(Address, Process.ReadOperatorToken());
        return await client.InviteAsync("coop", $"farm-{Interlocked.Increment(ref _owners)}");
    }
}

[CollectionDefinition(Name)]
public sealed class NodeTests : ICollectionFixture<TestNode>
{
    public const string Name = "node";
}

/// <summary>A farm that has joined, with a small simulated herd and an untrained network.</summary>
internal sealed class TestFarm : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    public FarmHome Home { get; private set; } = null!;

    public NodeClient Client { get; private set; } = null!;

    public string Folder => _folder.Path;

    public static async Task<TestFarm> JoinAsync(TestNode node, int cows = 30)
    {
        var farm = new TestFarm();
        farm.Home = new(farm._folder["home"], () => Passphrase.From("correct horse battery"));
        await using (var stranger = new NodeClient(node.Address, token: null))
        {
            var joined = await stranger.JoinAsync(await node.InviteAsync());
            farm.Home.Initialize(new(node.Address.Url, node.Address.CertificateSha256, joined.Tenant, joined.Owner), joined.Token);
        }
        farm.Client = new(node.Address, farm.Home.ReadToken());

        var herd = await farm.WrangleAsync(cows);
        farm.Home.WriteNetwork("network", PaperNetwork.Create(herd.TimePoints, herd.Features));
        return farm;
    }

    /// <summary>Simulates a herd and wrangles it under the name "herd".</summary>
    public async Task<WrangledHerd> WrangleAsync(int cows)
    {
        await using (var text = new StreamWriter(_folder["herd.csv"])) SimulatedHerd.Write(text, new() { Cows = cows, Weeks = 100 });
        var herd = HerdReader.Read(_folder["herd.csv"], new());
        WrangledHerdFile.Save(Home.HerdPath("herd"), herd);
        return herd;
    }

    /// <summary>Connects to the node where it is now.</summary>
    public async Task ConnectAsync(TestNode node)
    {
        await Client.DisposeAsync();
        Client = new(node.Address, Home.ReadToken());
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        Home.Dispose();
        _folder.Dispose();
    }
}
