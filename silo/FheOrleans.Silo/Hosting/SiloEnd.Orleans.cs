using Orleans.Runtime;

namespace FheOrleans.Silo.Hosting;

/// <summary>
/// How a silo ends that cannot go on as one: the others declared it dead while it hung or could not be reached, or a part of Orleans has failed for
/// good. At once, since another silo does its work by now, and with one line that says why; what runs it starts it anew.
/// </summary>
/// <remarks>In place of Orleans' own, which goes on for two seconds, writes its stack to standard error and has the process crash.</remarks>
internal sealed class SiloEnd(IServiceProvider services, ILogger<SiloEnd> log) : IFatalErrorHandler
{
    /// <summary>What the process ends with.</summary>
    internal const int ExitCode = 1;

    private int _isEnding;

    /// <inheritdoc/>
    public bool IsUnexpected(Exception exception) => exception is not ThreadAbortException;

    /// <inheritdoc/>
    public void OnFatalException(object? sender, string? context, Exception? exception)
    {
        if (Interlocked.Exchange(ref _isEnding, 1) != 0) return;
        log.SiloCannotGoOn(context ?? "no reason was given", exception);
        // Writes the line out: loggers have a queue.
        services.GetRequiredService<ILoggerFactory>().Dispose();
        Environment.Exit(ExitCode);
    }
}
