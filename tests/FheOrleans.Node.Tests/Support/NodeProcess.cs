using System.Diagnostics;
using System.Text;
using FheOrleans.Client.Nodes;

namespace FheOrleans.Node.Tests.Support;

/// <summary>A real node: the built program as a process of its own, on loopback, that cannot outlive the test.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    /// <summary>Nothing waits longer than this; a timeout names what did not come.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _log = new();

    private readonly string _data;

    private NodeProcess(Process process, string data)
    {
        (_process, _data) = (process, data);
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_log) if (line.Data is not null && _log.Length < 1 << 20) _log.AppendLine(line.Data);
        };
        _process.BeginErrorReadLine();
    }

    public NodeAddress Address { get; private set; } = null!;

    public string ReadyLine { get; private set; } = "";

    public int Id => _process.Id;

    public string Log
    {
        get { lock (_log) return _log.ToString(); }
    }

    /// <summary>The most memory the process has had resident, in bytes, as the kernel counts it.</summary>
    public long PeakResidentBytes => StatusOf("VmHWM:");

    public static async Task<NodeProcess> StartAsync(string data, params string[] arguments)
    {
        var node = Launch(data, ["--data", data, "--stop-with-parent", .. arguments]);
        try
        {
            node.ReadyLine = await node._process.StandardOutput.ReadLineAsync().WaitAsync(Patience) ?? "";
            node.Address = NodeAddress.TryParse(node.ReadyLine, out var address) ? address : throw new InvalidOperationException(
                $"The node did not say it was ready. It said '{node.ReadyLine}' and logged:\n{node.Log}");
            return node;
        }
        catch (Exception)
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the program to its end; for command lines it refuses.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments)
    {
        await using var node = Launch("", arguments);
        node._process.StandardInput.Close();
        var output = await node._process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await node.WaitForExitAsync("the end of a node with a refused command line");
        return (node._process.ExitCode, output, node.Log);
    }

    public NodeClient Client(string? token = null, NodeClientOptions? options = null) => new(Address, token, options);

    /// <summary>A client of a data owner that joins with this call.</summary>
    public async Task<NodeClient> JoinAsync(string tenant, string owner) => Client((await JoinAsOwnerAsync(tenant, owner)).Token);

    public Task<JoinedOwner> JoinAsOwnerAsync(string tenant, string owner) => Joining.JoinAsync(Address, OperatorToken, tenant, owner);

    public string OperatorToken => File.ReadAllText(Path.Combine(_data, "operator.token"));

    /// <summary>Ends the node as a parent's death does: its standard input ends.</summary>
    public async Task<int> StopAsync()
    {
        _process.StandardInput.Close();
        await WaitForExitAsync("the end of a node whose standard input ended");
        return _process.ExitCode;
    }

    /// <summary>Asks the node to end as a service manager does.</summary>
    public async Task<int> TerminateAsync()
    {
        using (var kill = Process.Start("kill", ["-TERM", Id.ToString(System.Globalization.CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        await WaitForExitAsync("the end of a node that got SIGTERM");
        return _process.ExitCode;
    }

    /// <summary>Ends the node as a power cut does.</summary>
    public Task KillAsync()
    {
        _process.Kill();
        return WaitForExitAsync("the end of a killed node");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private static NodeProcess Launch(string data, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Program());
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        return new NodeProcess(Process.Start(start) ?? throw new InvalidOperationException("The node's process could not be started."), data);
    }

    // The node's own build output; tests/X/bin/Release/net10.0 says which configuration.
    private static string Program()
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var (framework, configuration) = (own.Name, own.Parent!.Name);
        return Repository.PathOf("silo", "FheOrleans.Silo", "bin", configuration, framework, "FheOrleans.Silo.dll");
    }

    private async Task WaitForExitAsync(string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{what} did not come within {Patience}. It logged:\n{Log}");
        }
    }

    private long StatusOf(string field)
    {
        var line = File.ReadLines($"/proc/{Id}/status").First(candidate => candidate.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) * 1024;
    }
}
