using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using FheOrleans.Client.Nodes;
using FheOrleans.Node.Tests.Support;
using FheOrleans.Tests;

namespace FheOrleans.Cluster.Tests.Support;

/// <summary>A whole cluster on the loopback address: PostgreSQL, silos and gateways, each a process of its own.</summary>
internal sealed class TestCluster : IAsyncDisposable
{
    public const string Name = "test";

    // A cluster that loses a silo, or its database, is back within seconds; a client that asks again until then has lost nothing.
    private static readonly NodeClientOptions Patient = new() { Retries = 100, LongestRetryWait = TimeSpan.FromSeconds(1), ReconnectFor = TimeSpan.FromMinutes(2) };

    private readonly TemporaryFolder _place = new();
    private readonly List<ProgramProcess> _silos = [];
    private readonly List<ProgramProcess> _gateways = [];
    private readonly List<NodeAddress> _addresses = [];

    private TestCluster(PostgreSqlServer database) => Database = database;

    public PostgreSqlServer Database { get; }

    public string ConnectionString { get; private set; } = "";

    public string Secrets => _place["secrets"];

    public IReadOnlyList<ProgramProcess> Silos => _silos;

    public IReadOnlyList<ProgramProcess> Gateways => _gateways;

    /// <summary>Where the gateways are, in the order in which they were started.</summary>
    public IReadOnlyList<NodeAddress> Addresses => _addresses;

    public string OperatorToken => File.ReadAllText(Path.Combine(Secrets, "operator.token"));

    /// <summary>Starts one that was prepared as an operator prepares it.</summary>
    /// <param name="silos">How many silos.</param>
    /// <param name="gateways">How many gateways.</param>
    /// <param name="before">What is done before it is prepared, with the database's connection file and the folder of secrets; null for nothing.</param>
    public static async Task<TestCluster> StartAsync(int silos = 2, int gateways = 1, Func<string, string, Task>? before = null)
    {
        var cluster = new TestCluster(await PostgreSqlServer.StartAsync());
        try
        {
            var file = cluster._place["connection"];
            cluster.ConnectionString = await cluster.Database.CreateDatabaseAsync();
            PostgreSqlServer.WriteConnectionFile(file, cluster.ConnectionString);
            if (before is not null) await before(file, cluster.Secrets);
            var (code, output, error) = await ProgramProcess.RunAsync(
                ProgramProcess.Silo, "--prepare", "--secrets", cluster.Secrets, "--host", "127.0.0.1", "--database-file", file);
            if (code != 0) throw new InvalidOperationException($"--prepare ended with {code}: {output}{error}");
            for (var i = 0; i < silos; i++) await cluster.AddSiloAsync();
            for (var i = 0; i < gateways; i++) await cluster.AddGatewayAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts one more silo.</summary>
    /// <param name="secrets">Its folder of secrets; null for the cluster's.</param>
    /// <param name="way">By what way the other silos reach it, given where it listens; null for none but the straight one.</param>
    /// <param name="more">What else is on its command line.</param>
    public async Task<ProgramProcess> AddSiloAsync(string? secrets = null, Func<IPEndPoint, string>? way = null, params string[] more)
    {
        string[] command = [.. SiloCommand(secrets ?? Secrets), .. more];
        if (way is not null)
        {
            var listening = IPEndPoint.Parse(FreeAddress());
            command = [.. command, "--silo", way(listening), "--listen", listening.ToString()];
        }
        var silo = await ProgramProcess.StartAsync(ProgramProcess.Silo, command);
        if (_silos.Count == 0) PortsOfSilo = [.. command.Where((_, i) => i > 0 && command[i - 1] is "--silo" or "--clients").Select(address => IPEndPoint.Parse(address).Port)];
        _silos.Add(silo);
        return silo;
    }

    /// <summary>Starts one more gateway.</summary>
    /// <param name="secrets">Its folder of secrets; null for the cluster's.</param>
    /// <param name="more">What else is on its command line.</param>
    public async Task<ProgramProcess> AddGatewayAsync(string? secrets = null, params string[] more)
    {
        var gateway = await ProgramProcess.StartAsync(
            ProgramProcess.Gateway, ["--secrets", secrets ?? Secrets, "--cluster", Name, "--url", "https://127.0.0.1:0", .. more]);
        _gateways.Add(gateway);
        _addresses.Add(NodeAddress.TryParse(gateway.ReadyLine, out var address) ? address : throw new InvalidOperationException($"'{gateway.ReadyLine}' is no address."));
        return gateway;
    }

    /// <summary>The ports at which the first silo takes silos, and gateways.</summary>
    public int[] PortsOfSilo { get; private set; } = [];

    /// <summary>A silo's health, as a probe sees it.</summary>
    public static Uri HealthOf(ProgramProcess silo) => new(new Uri(silo.ReadyLine.Split(' ')[^1]), Routes.HealthReady);

    /// <summary>The token of an owner who joins with this call.</summary>
    public async Task<string> JoinAsync(string tenant, string owner) => (await Joining.JoinAsync(_addresses[0], OperatorToken, tenant, owner)).Token;

    /// <summary>A client at one gateway.</summary>
    public NodeClient Client(string token, int gateway = 0) => new(_addresses[gateway], token, Patient);

    /// <summary>A client that knows all gateways, and goes to another when the one it uses is gone.</summary>
    public NodeClient ClientOfAll(string token) =>
        new(new NodeAddress([.. _addresses.Select(address => address.Url)], _addresses[0].CertificateSha256), token, Patient);

    /// <summary>How each start of a silo stands in the table of the cluster: 3 is active, 6 is dead.</summary>
    public async Task<string> ReadMembershipAsync() => (string)(await PostgreSqlServer.ExecuteAsync(
        ConnectionString, "SELECT coalesce(string_agg(address || ':' || port || '=' || status, ' ' ORDER BY port), '') FROM fheorleans.orleans_silo"))!;

    /// <summary>Every payload of a data owner with its hash, in order.</summary>
    public async Task<string> ReadPayloadsAsync(string owner) => (string)(await PostgreSqlServer.ExecuteAsync(
        ConnectionString,
        $"SELECT coalesce(string_agg(key || ' ' || md5(value), E'\\n' ORDER BY key), '') FROM fheorleans.payload WHERE starts_with(key, '{owner}/')"))!;

    /// <summary>Waits until the table of the cluster is as it should be.</summary>
    public async Task UntilMembershipAsync(Func<string, bool> isReached)
    {
        var begun = Stopwatch.GetTimestamp();
        while (await ReadMembershipAsync() is var silos && !isReached(silos))
        {
            if (Stopwatch.GetElapsedTime(begun) > ProgramProcess.Patience) throw new TimeoutException($"The membership did not become what was waited for; it is {silos}.");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    /// <summary>What all processes logged, for a test that failed.</summary>
    public string Logs => string.Concat(_silos.Select((silo, i) => $"--- silo {i}\n{silo.Log}").Concat(_gateways.Select((gateway, i) => $"--- gateway {i}\n{gateway.Log}")));

    /// <summary>The command line of one more silo, with secrets of its own.</summary>
    public static string[] SiloCommand(string secrets) =>
        ["--secrets", secrets, "--cluster", Name, "--silo", FreeAddress(), "--clients", FreeAddress(), "--workers", "1", "--drain", "30"];

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _gateways.Concat(_silos)) await process.DisposeAsync();
        await Database.DisposeAsync();
        _place.Dispose();
    }

    public static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return listener.LocalEndpoint.ToString()!;
    }
}
