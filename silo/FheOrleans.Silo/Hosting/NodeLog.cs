namespace FheOrleans.Silo.Hosting;

/// <summary>
/// What a node logs about itself. Event ids 4000 to 4099, without 4001, which is HostingLog's; an id keeps its meaning for ever.
/// </summary>
internal static partial class NodeLog
{
    [LoggerMessage(4000, LogLevel.Information, "Node ready at {Url}, certificate sha256:{CertificateSha256}, {Workers} threads evaluate")]
    public static partial void Ready(this ILogger log, string url, string certificateSha256, int workers);

    [LoggerMessage(4002, LogLevel.Information, "Operator token made in {File}; whoever can read that file operates this node")]
    public static partial void OperatorTokenMade(this ILogger log, string file);

    [LoggerMessage(4004, LogLevel.Warning, "All tokens of the operator were replaced by a new one in {File}")]
    public static partial void OperatorTokensReplaced(this ILogger log, string file);

    [LoggerMessage(4003, LogLevel.Information, "Stopping")]
    public static partial void Stopping(this ILogger log);

    [LoggerMessage(4005, LogLevel.Information, "Keeping to {Memory} MiB of memory: {Heap} MiB of heap, {KeyCache} MiB of that for keys")]
    public static partial void KeepingTo(this ILogger log, int memory, long heap, int keyCache);
}
