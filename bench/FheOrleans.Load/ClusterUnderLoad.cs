using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FheOrleans.Client.Nodes;
using Npgsql;

namespace FheOrleans.Load;

/// <summary>What to run a cluster from.</summary>
/// <param name="Silo">Path of <c>FheOrleans.Silo.dll</c> of a build with Orleans.</param>
/// <param name="Gateway">Path of <c>FheOrleans.Gateway.Host.dll</c> of the same build.</param>
/// <param name="DatabaseFile">File with the connection string of a PostgreSQL database that may be written to.</param>
/// <param name="Secrets">Folder of the cluster's secrets; made with the first run, and the same for all runs on one database.</param>
internal sealed record ClusterPrograms(string Silo, string Gateway, string DatabaseFile, string Secrets);

/// <summary>A cluster of processes on this machine: silos with one evaluation thread each, silo n on processor n, and gateways anywhere.</summary>
internal sealed class ClusterUnderLoad : IAsyncDisposable
{
    private readonly ClusterPrograms _programs;
    private readonly string _name = $"bench-{Guid.NewGuid():N}";
    private readonly int _processors;

    private ClusterUnderLoad(ClusterPrograms programs, int processors) => (_programs, _processors) = (programs, processors);

    public List<ClusterProcess> Silos { get; } = [];

    public List<ClusterProcess> Gateways { get; } = [];

    /// <summary>All gateways, with their one certificate.</summary>
    public NodeAddress Address => new([.. Gateways.Select(gateway => AddressOf(gateway).Url)], AddressOf(Gateways[0]).CertificateSha256);

    public static NodeAddress AddressOf(ClusterProcess gateway) =>
        NodeAddress.TryParse(gateway.Ready, out var address) ? address : throw new InvalidOperationException($"A gateway said: {gateway.Ready}");

    public static async Task<ClusterUnderLoad> StartAsync(ClusterPrograms programs, int silos, int gateways)
    {
        var cluster = new ClusterUnderLoad(programs, Environment.ProcessorCount);
        await ClusterProcess.RunAsync(programs.Silo, "--prepare", "--secrets", programs.Secrets, "--host", "127.0.0.1", "--database-file", programs.DatabaseFile);
        for (var silo = 0; silo < silos; silo++) await cluster.AddSiloAsync();
        for (var gateway = 0; gateway < gateways; gateway++)
            cluster.Gateways.Add(await ClusterProcess.StartAsync(programs.Gateway, null, "--secrets", programs.Secrets, "--cluster", cluster._name, "--url", "https://127.0.0.1:0"));
        return cluster;
    }

    public async Task AddSiloAsync() => Silos.Add(await ClusterProcess.StartAsync(
        _programs.Silo, Silos.Count % _processors, "--secrets", _programs.Secrets, "--cluster", _name, "--silo", FreeAddress(), "--clients", FreeAddress(), "--workers", "1"));

    /// <summary>How many of its silos the others have declared dead.</summary>
    public async Task<long> CountDeadAsync(CancellationToken cancellation)
    {
        await using var connection = new NpgsqlConnection((await File.ReadAllTextAsync(_programs.DatabaseFile, cancellation)).Trim());
        await connection.OpenAsync(cancellation);
        await using var command = new NpgsqlCommand("SELECT count(*) FROM fheorleans.orleans_silo WHERE cluster = $1 AND status = 6", connection);
        command.Parameters.AddWithValue(_name);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    public NodeClient Operator() => new(Address, File.ReadAllText(Path.Combine(_programs.Secrets, "operator.token")).Trim());

    /// <summary>Makes a co-operative with some farms, whose names and things are new in the database.</summary>
    public async Task<List<NodeClient>> JoinAsync(int farms, CancellationToken cancellation)
    {
        await using var byOperator = Operator();
        var tenant = $"t-{Guid.NewGuid():N}"[..20];
        await byOperator.CreateTenantAsync(tenant, cancellation);
        await byOperator.SetQuotasAsync(tenant, new(QueuedInferences: 10_000, RequestsPerMinute: 600_000, RunningInferences: 32), cancellation);
        var clients = new List<NodeClient>();
        for (var farm = 0; farm < farms; farm++)
        {
            var code = await byOperator.InviteAsync(tenant, string.Create(CultureInfo.InvariantCulture, $"farm-{farm}"), cancellation: cancellation);
            await using var stranger = new NodeClient(Address, token: null);
            clients.Add(new NodeClient(Address, (await stranger.JoinAsync(code, cancellation)).Token, new NodeClientOptions { ReconnectFor = TimeSpan.FromMinutes(5) }));
        }
        return clients;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in Gateways.Concat(Silos)) await process.DisposeAsync();
    }

    private static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).ToString();
    }
}
