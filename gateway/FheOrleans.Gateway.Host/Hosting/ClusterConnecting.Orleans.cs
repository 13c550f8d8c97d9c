using Orleans;

namespace FheOrleans.Gateway.Host.Hosting;

/// <summary>
/// A gateway that starts before its cluster, or before the cluster's database, waits for it: whoever starts them all need not know an order.
/// </summary>
internal sealed class ClusterConnecting(TimeProvider time, ILogger<ClusterConnecting> log) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    private bool _isToldOf;

    /// <inheritdoc/>
    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        // Once: what is waited for is the same every second.
        if (!_isToldOf) log.WaitingForCluster(exception.GetType().Name);
        _isToldOf = true;
        await Task.Delay(Pause, time, cancellationToken);
        return true;
    }
}
