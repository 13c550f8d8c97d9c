using System.Diagnostics;
using System.Globalization;
using FheOrleans.Client.Nodes;

namespace FheOrleans.Cli;

/// <summary>A node that was started from here, as a process of its own: the process that serves never holds a secret key.</summary>
/// <remarks>
/// The node is told to stop when its standard input closes, so it ends with this process even if this process is killed. It is
/// ready when it prints its one line <c>ready https://... sha256:...</c>.
/// </remarks>
internal sealed class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);
    private readonly Process _process;

    private readonly Tail _tail;

    private NodeProcess(Process process, NodeAddress address, string dataFolder, Tail tail) =>
        (_process, Address, DataFolder, _tail) = (process, address, dataFolder, tail);

    /// <summary>Where it listens, with the certificate it made.</summary>
    public NodeAddress Address { get; }

    /// <summary>Its folder.</summary>
    public string DataFolder { get; }

    /// <summary>The operator's token, which the node left in its folder for its owner.</summary>
    public string ReadOperatorToken() => File.ReadAllText(Path.Combine(DataFolder, "operator.token")).Trim();

    /// <summary>Bytes of memory the node holds now and held at most.</summary>
    public (long Now, long Most) MeasureMemory()
    {
        _process.Refresh();
        return (_process.WorkingSet64, _process.PeakWorkingSet64);
    }

    /// <summary>Completes when the node ends.</summary>
    public Task WaitForExitAsync(CancellationToken cancellation) => _process.WaitForExitAsync(cancellation);

    /// <summary>What it said last, for an error.</summary>
    public string LastWords => _tail.ToString();

    /// <summary>Starts a node and waits until it is ready.</summary>
    /// <param name="dataFolder">Its folder.</param>
    /// <param name="url">Where it listens; port 0 for any free one.</param>
    /// <param name="workers">Threads that evaluate; null for the node's own choice.</param>
    /// <param name="log">Where its log lines go; null keeps only the last ones, for an error.</param>
    /// <param name="cancellation">Stops waiting and ends the node.</param>
    /// <exception cref="NodeProcessException">The node is not built, or ended before it was ready.</exception>
    public static async Task<NodeProcess> StartAsync(string dataFolder, string url, int? workers, TextWriter? log,
        CancellationToken cancellation)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "node", "FheOrleans.Silo.dll");
        if (!File.Exists(program)) throw new NodeProcessException($"The node's program is not at '{program}'. Build the command with 'dotnet build' and run it from there.");
        var start = new ProcessStartInfo(DotnetPath())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in new[] { program, "--data", dataFolder, "--url", url, "--stop-with-parent", "--log-format", "text" }) start.ArgumentList.Add(argument);
        if (workers is { } count)
        {
            start.ArgumentList.Add("--workers");
            start.ArgumentList.Add(count.ToString(CultureInfo.InvariantCulture));
        }
        // The passphrase is this process's, and the node has no use for it.
        start.Environment.Remove("FARM_PASSPHRASE");

        var process = Process.Start(start) ?? throw new NodeProcessException("The node's process could not be started.");
        var tail = new Tail(log);
        var ready = new TaskCompletionSource<NodeAddress?>(TaskCreationOptions.RunContinuationsAsynchronously);
        process.ErrorDataReceived += (_, line) => tail.Add(line.Data);
        process.OutputDataReceived += (_, line) =>
        {
            if (NodeAddress.TryParse(line.Data, out var address)) ready.TrySetResult(address);
            else if (line.Data is null) ready.TrySetResult(null); // The output is closed: the node has ended.
            else tail.Add(line.Data);
        };
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        try
        {
            if (await ready.Task.WaitAsync(cancellation) is { } address) return new(process, address, dataFolder, tail);
            await process.WaitForExitAsync(cancellation);
            throw new NodeProcessException($"The node did not start: {tail}");
        }
        catch
        {
            await StopAsync(process);
            throw;
        }
    }

    /// <summary>Asks the node to stop by closing its input, and ends it if it does not.</summary>
    public async ValueTask DisposeAsync() => await StopAsync(_process);

    private static async Task StopAsync(Process process)
    {
        using (process)
        {
            process.StandardInput.Close();
            using var patience = new CancellationTokenSource(StopPatience);
            try
            {
                await process.WaitForExitAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                process.Kill(entireProcessTree: true);
                await process.WaitForExitAsync(CancellationToken.None);
            }
        }
    }

    /// <summary>
    /// The dotnet that runs this process: three folders above the runtime, <c>dotnet/shared/Microsoft.NETCore.App/10.0.x</c>.
    /// </summary>
    private static string DotnetPath()
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var beside = Path.GetFullPath(Path.Combine(runtime, "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
        return File.Exists(beside) ? beside : "dotnet";
    }

    /// <summary>What a node said last: its own sentences, which end it; where there are none, the last lines of its log.</summary>
    private sealed class Tail(TextWriter? log)
    {
        private const int Kept = 4;
        private readonly Queue<string> _sentences = new(), _log = new();

        public void Add(string? line)
        {
            if (line is null) return;
            lock (_sentences)
            {
                log?.WriteLine(line);
                if (string.IsNullOrWhiteSpace(line) || line.StartsWith("   ", StringComparison.Ordinal)) return; // A trace is for the log.
                // A line of the log begins with its time.
                Keep(char.IsAsciiDigit(line[0]) ? _log : _sentences, line.Trim());
            }
        }

        public override string ToString()
        {
            lock (_sentences) return _sentences.Count > 0 ? string.Join(' ', _sentences) : _log.Count > 0 ? string.Join(" / ", _log) : "it said nothing.";
        }

        private static void Keep(Queue<string> lines, string line)
        {
            lines.Enqueue(line);
            if (lines.Count > Kept) lines.Dequeue();
        }
    }
}

/// <summary>The node could not be started from here.</summary>
/// <param name="message">What happened and what to do.</param>
internal sealed class NodeProcessException(string message) : Exception(message);
