namespace FheOrleans.Gateway.Host.Hosting;

/// <summary>What a gateway's process logs about itself. Event ids 4100 to 4149; an id keeps its meaning for ever.</summary>
internal static partial class GatewayHostLog
{
    [LoggerMessage(4100, LogLevel.Information, "Gateway ready at {Url}, certificate sha256:{CertificateSha256}, of cluster {Cluster}")]
    public static partial void Ready(this ILogger log, string url, string certificateSha256, string cluster);

    [LoggerMessage(4101, LogLevel.Warning, "Waiting for the cluster: no silo answers yet ({Fault})")]
    public static partial void WaitingForCluster(this ILogger log, string fault);

    [LoggerMessage(4102, LogLevel.Information, "The silo at {Silo} is not one of the cluster's any more; calls that wait for an answer are made again")]
    public static partial void SiloGone(this ILogger log, string silo);
}
