using System.Diagnostics;
using System.Globalization;
using System.Text;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Cluster.Tests.Support;

/// <summary>A program of the project as a process of its own, on loopback, that cannot outlive the test.</summary>
internal sealed class ProgramProcess : IAsyncDisposable
{
    /// <summary>Nothing waits longer than this; a timeout names what did not come.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly Process _process;
    private readonly string _what;
    private readonly StringBuilder _log = new();

    private ProgramProcess(Process process, string what)
    {
        (_process, _what) = (process, what);
        _process.ErrorDataReceived += (_, line) =>
        {
            lock (_log) if (line.Data is not null && _log.Length < 1 << 20) _log.AppendLine(line.Data);
        };
        _process.BeginErrorReadLine();
    }

    /// <summary>The line it said when it was ready.</summary>
    public string ReadyLine { get; private set; } = "";

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    public string Log
    {
        get { lock (_log) return _log.ToString(); }
    }

    /// <summary>The silo's program of this build.</summary>
    public static string Silo => Program("silo", "FheOrleans.Silo");

    /// <summary>The gateway's program of this build.</summary>
    public static string Gateway => Program("gateway", "FheOrleans.Gateway.Host");

    /// <summary>Starts a program that says when it is ready.</summary>
    public static async Task<ProgramProcess> StartAsync(string program, params string[] arguments)
    {
        var process = Launch(program, [.. arguments, "--stop-with-parent"]);
        try
        {
            process.ReadyLine = await process._process.StandardOutput.ReadLineAsync().WaitAsync(Patience) ?? "";
            return process.ReadyLine.StartsWith("ready ", StringComparison.Ordinal) ? process : throw new InvalidOperationException(
                $"{process._what} did not say it was ready. It said '{process.ReadyLine}' and logged:\n{process.Log}");
        }
        catch (Exception fault)
        {
            await process.DisposeAsync();
            if (fault is TimeoutException) throw new TimeoutException($"{process._what} was not ready within {Patience}. It logged:\n{process.Log}");
            throw;
        }
    }

    /// <summary>Starts a program that will not say that it is ready.</summary>
    public static ProgramProcess Start(string program, params string[] arguments) => Launch(program, [.. arguments, "--stop-with-parent"]);

    /// <summary>Waits until its log has a text.</summary>
    public async Task LogsAsync(string text)
    {
        var begun = Stopwatch.GetTimestamp();
        while (!Log.Contains(text, StringComparison.OrdinalIgnoreCase))
        {
            if (HasExited || Stopwatch.GetElapsedTime(begun) > Patience) throw new TimeoutException($"{_what} did not log '{text}' within {Patience}, but:\n{Log}");
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunAsync(string program, params string[] arguments)
    {
        await using var process = Launch(program, arguments);
        process._process.StandardInput.Close();
        var output = await process._process.StandardOutput.ReadToEndAsync().WaitAsync(Patience);
        await process.WaitForExitAsync();
        return (process._process.ExitCode, output, process.Log);
    }

    /// <summary>Ends it as a power cut does.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await WaitForExitAsync();
    }

    /// <summary>Asks it to end as a service manager does.</summary>
    public async Task<int> TerminateAsync()
    {
        await SignalAsync("TERM");
        await WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>Stops its clock: it hangs, and its connections stay open.</summary>
    public Task FreezeAsync() => SignalAsync("STOP");

    /// <summary>Lets it go on.</summary>
    public Task ThawAsync() => SignalAsync("CONT");

    /// <summary>Waits until it has ended.</summary>
    /// <returns>What it ended with.</returns>
    public async Task<int> EndsAsync()
    {
        await WaitForExitAsync();
        return _process.ExitCode;
    }

    /// <summary>How many lines of its log are events of a number.</summary>
    public int CountOf(int eventId) => Log.Split('\n').Count(line => line.Contains(FormattableString.Invariant($"\"EventId\":{eventId},"), StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }
        _process.Dispose();
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    private static ProgramProcess Launch(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(program);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var what = Path.GetFileNameWithoutExtension(program);
        return new(Process.Start(start) ?? throw new InvalidOperationException($"{what} could not be started."), what);
    }

    private async Task WaitForExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"The end of {_what} did not come within {Patience}. It logged:\n{Log}");
        }
    }

    // The program's own build output; tests/X/bin/Release/net10.0 says which configuration.
    private static string Program(string folder, string name)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
        var (framework, configuration) = (own.Name, own.Parent!.Name);
        return Repository.PathOf(folder, name, "bin", configuration, framework, $"{name}.dll");
    }
}
