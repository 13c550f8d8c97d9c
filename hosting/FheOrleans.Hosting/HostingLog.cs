using Microsoft.Extensions.Logging;

namespace FheOrleans.Hosting;

/// <summary>What every process logs of its running. Of the node's event ids, 4000 to 4099: 4001.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(4001, LogLevel.Information, "Stopping: the parent process has gone")]
    public static partial void ParentGone(this ILogger log);
}
