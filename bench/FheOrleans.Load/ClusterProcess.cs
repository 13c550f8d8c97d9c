using System.Diagnostics;

namespace FheOrleans.Load;

/// <summary>One silo or gateway of a cluster, a process of its own, on one processor where that is asked for.</summary>
internal sealed class ClusterProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Queue<string> _log = new();
    private bool _isFrozen;

    private ClusterProcess(Process process) => _process = process;

    /// <summary>What it said when it was ready.</summary>
    public string Ready { get; private set; } = "";

    /// <summary>Starts a program and waits until it says that it is ready.</summary>
    /// <param name="program">Path of its <c>.dll</c>.</param>
    /// <param name="processor">The processor it is to stay on; null for all.</param>
    /// <param name="arguments">Its command line.</param>
    public static async Task<ClusterProcess> StartAsync(string program, int? processor, params string[] arguments)
    {
        var process = Launch(program, processor, [.. arguments, "--stop-with-parent", "--log", "Warning"]);
        process.Ready = await process._process.StandardOutput.ReadLineAsync() ?? "";
        return process.Ready.StartsWith("ready ", StringComparison.Ordinal) ? process : throw new InvalidOperationException(
            $"{Path.GetFileName(program)} did not say it was ready. It said: {process.Ready} / {string.Join(" / ", process.Log)}");
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task RunAsync(string program, params string[] arguments)
    {
        await using var process = Launch(program, null, arguments);
        await process._process.WaitForExitAsync();
        if (process._process.ExitCode != 0) throw new InvalidOperationException($"{Path.GetFileName(program)} ended with {process._process.ExitCode}: {string.Join(" / ", process.Log)}");
    }

    /// <summary>The last lines of its log.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_log) return [.. _log];
        }
    }

    /// <summary>Ends it as a power cut does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Stops its clock: it hangs, and its connections stay open.</summary>
    public async Task FreezeAsync()
    {
        using var kill = Process.Start("kill", ["-STOP", FormattableString.Invariant($"{_process.Id}")]);
        await kill.WaitForExitAsync();
        _isFrozen = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            if (_isFrozen) _process.Kill();
            else _process.StandardInput.Close();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private static ClusterProcess Launch(string program, int? processor, IEnumerable<string> arguments)
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var start = new ProcessStartInfo(processor is null ? dotnet : "taskset")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (processor is { } pinned)
        {
            start.ArgumentList.Add("--cpu-list");
            start.ArgumentList.Add(FormattableString.Invariant($"{pinned}"));
            start.ArgumentList.Add(dotnet);
        }
        start.ArgumentList.Add(program);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var process = new ClusterProcess(Process.Start(start) ?? throw new InvalidOperationException($"{program} could not be started."));
        process._process.ErrorDataReceived += (_, line) => process.Keep(line.Data);
        process._process.BeginErrorReadLine();
        return process;
    }

    private void Keep(string? line)
    {
        if (line is null) return;
        lock (_log)
        {
            _log.Enqueue(line);
            if (_log.Count > 20) _log.Dequeue();
        }
    }
}
