using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace FheOrleans.Hosting;

/// <summary>Where a process's log goes: to standard error. Standard output has one line, for programs.</summary>
public static class ProcessLogging
{
    /// <summary>Logs to standard error.</summary>
    /// <param name="logging">The application's logging.</param>
    /// <param name="least">The least severe level written; the frameworks' own lines are written from Warning on.</param>
    /// <param name="format">How a line is written.</param>
    /// <returns><paramref name="logging"/>.</returns>
    public static ILoggingBuilder AddStandardError(this ILoggingBuilder logging, LogLevel least, LogFormat format)
    {
        ArgumentNullException.ThrowIfNull(logging);
        logging.SetMinimumLevel(least).AddFilter("Microsoft", least > LogLevel.Warning ? least : LogLevel.Warning);
        if (format == LogFormat.Json) logging.AddJsonConsole(json => (json.UseUtcTimestamp, json.TimestampFormat) = (true, "O"));
        else logging.AddSimpleConsole(text => (text.UseUtcTimestamp, text.TimestampFormat, text.SingleLine, text.ColorBehavior) = (true, "u", true, LoggerColorBehavior.Disabled));
        logging.Services.Configure<ConsoleLoggerOptions>(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            // A parent that does not read our log must not be able to stop us.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
        return logging;
    }
}

/// <summary>How a line of the log is written.</summary>
public enum LogFormat
{
    /// <summary>A JSON object a line, for programs.</summary>
    Json,

    /// <summary>A line of text, for people.</summary>
    Text,
}
