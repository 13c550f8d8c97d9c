using System.Net;

namespace FheOrleans.Silo.Hosting;

/// <summary>What a silo of a cluster logs about itself. Event ids 4150 to 4199; an id keeps its meaning for ever.</summary>
internal static partial class ClusterSiloLog
{
    [LoggerMessage(4150, LogLevel.Information, "Silo of cluster {Cluster} ready at {Silo}, health at {Health}, {Workers} threads evaluate")]
    public static partial void SiloReady(this ILogger log, string cluster, IPEndPoint silo, string health, int workers);

    [LoggerMessage(4151, LogLevel.Warning, "{File} holds another token than the operator's own. Take it out of the secrets, or put the right one there")]
    public static partial void OtherOperatorToken(this ILogger log, string file);

    [LoggerMessage(4152, LogLevel.Critical, "This silo ends, and is to be started anew. The others declared it dead, or it cannot go on: {Reason}")]
    public static partial void SiloCannotGoOn(this ILogger log, string reason, Exception? fault);
}
