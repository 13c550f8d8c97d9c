using System.Diagnostics;
using FheOrleans.Client.Nodes;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Node.Tests.Crash;

/// <summary>A node that is killed and started again, on the same folder and the same port.</summary>
internal sealed class CrashNode : IAsyncDisposable
{
    private readonly string _data;
    private NodeProcess _process = null!;
    private bool _isDisposed;

    private CrashNode(string data) => _data = data;

    public NodeAddress Address => _process.Address;

    public string OperatorToken => _process.OperatorToken;

    public string Log => _process.Log;

    /// <summary>Seconds of each start, up to the ready line.</summary>
    public List<double> Starts { get; } = [];

    public static async Task<CrashNode> StartAsync(string data)
    {
        var node = new CrashNode(data);
        await node.StartAsync();
        return node;
    }

    /// <summary>SIGKILL, and a new start at once.</summary>
    public async Task KillAndStartAsync()
    {
        await _process.KillAsync();
        await _process.DisposeAsync();
        await StartAsync();
    }

    public ValueTask DisposeAsync()
    {
        if (_isDisposed) return ValueTask.CompletedTask;
        _isDisposed = true;
        return _process.DisposeAsync();
    }

    private async Task StartAsync()
    {
        var (begun, url) = (Stopwatch.GetTimestamp(), _process is null ? "https://127.0.0.1:0" : $"https://127.0.0.1:{_process.Address.Url.Port}");
        _process = await NodeProcess.StartAsync(_data, "--url", url, "--log", "Warning");
        Starts.Add(Stopwatch.GetElapsedTime(begun).TotalSeconds);
    }
}
