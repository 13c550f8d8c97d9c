using System.Diagnostics;
using System.Globalization;
using FheOrleans.Client.Nodes;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Load;

/// <summary>A node as a process of its own, its operator, and its memory as the kernel counts it.</summary>
internal sealed class NodeUnderLoad : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _data;
    private readonly Queue<string> _faults = new();

    private NodeUnderLoad(Process process, string data) => (_process, _data) = (process, data);

    public NodeAddress Address { get; private set; } = null!;

    public int ProcessId => _process.Id;

    /// <summary>Bytes resident now.</summary>
    public long ResidentBytes => Status("VmRSS:");

    /// <summary>The most bytes that were resident at a time.</summary>
    public long PeakResidentBytes => Status("VmHWM:");

    /// <summary>Log lines that were warnings or worse, the last few.</summary>
    public IReadOnlyList<string> Faults
    {
        get
        {
            lock (_faults) return [.. _faults];
        }
    }

    public static async Task<NodeUnderLoad> StartAsync(string data, params string[] options)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in (string[])[Path.Combine(AppContext.BaseDirectory, "node", "FheOrleans.Silo.dll"), "--data", data, "--stop-with-parent", "--log", "Warning", .. options])
            start.ArgumentList.Add(argument);
        var node = new NodeUnderLoad(Process.Start(start) ?? throw new InvalidOperationException("The node's process could not be started."), data);
        node._process.ErrorDataReceived += (_, line) => node.Keep(line.Data);
        node._process.BeginErrorReadLine();
        var ready = await node._process.StandardOutput.ReadLineAsync() ?? "";
        node.Address = NodeAddress.TryParse(ready, out var address)
            ? address
            : throw new InvalidOperationException($"The node did not say it was ready. It said: {string.Join(" / ", node.Faults)}");
        return node;
    }

    public NodeClient Operator() => new(Address, File.ReadAllText(Path.Combine(_data, "operator.token")).Trim());

    /// <summary>Makes an owner of a co-operative that is there.</summary>
    public async Task<NodeClient> JoinAsync(NodeClient byOperator, string tenant, string owner, CancellationToken cancellation)
    {
        var code = await byOperator.InviteAsync(tenant, owner, cancellation: cancellation);
        await using var stranger = new NodeClient(Address, token: null);
        JoinedOwner joined = await stranger.JoinAsync(code, cancellation);
        return new NodeClient(Address, joined.Token, new NodeClientOptions { ReconnectFor = TimeSpan.FromMinutes(5) });
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_faults)
        {
            _faults.Enqueue(line);
            if (_faults.Count > 20) _faults.Dequeue();
        }
    }

    private long Status(string field)
    {
        var line = File.ReadLines(string.Create(CultureInfo.InvariantCulture, $"/proc/{_process.Id}/status")).First(candidate => candidate.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
