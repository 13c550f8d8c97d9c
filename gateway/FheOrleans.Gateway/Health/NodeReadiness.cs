using FheOrleans.Gateway.Contracts;
using Microsoft.Extensions.Hosting;

namespace FheOrleans.Gateway.Health;

/// <summary>Whether the node takes requests, takes no new work, or is not to be asked at all.</summary>
/// <remarks>
/// Anybody may ask, so what the checks found is kept for <see cref="GatewayOptions.ReadinessPeriod"/>, and there is never more than one
/// check under way: asking often costs nothing.
/// </remarks>
internal sealed class NodeReadiness
{
    // Of a silo that dies others take over within some seconds; only after that it is worth sending clients elsewhere.
    private const int MissedAnswers = 8;

    private static readonly TimeSpan CheckPatience = TimeSpan.FromSeconds(2);

    private readonly Lock _gate = new();
    private readonly IReadinessCheck[] _checks;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly GatewayOptions _options;
    private readonly TimeProvider _time;
    private Task<string?> _lastCheck = Task.FromResult<string?>(null);
    private long? _checkedAt;
    private volatile string? _lastFault;
    private DateTimeOffset? _drainingSince;
    private int _orders;
    private long? _answeredAt;

    public NodeReadiness(IEnumerable<IReadinessCheck> checks, IHostApplicationLifetime lifetime, GatewayOptions options, TimeProvider time) =>
        (_checks, _lifetime, _options, _time) = ([.. checks], lifetime, options, time);

    public bool IsStopping => _lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>When the operator began to drain the node and all gateways of its cluster; null when they are not drained.</summary>
    public DateTimeOffset? DrainingSince
    {
        get
        {
            lock (_gate) return _drainingSince;
        }
    }

    /// <summary>How many orders came: an answer that was asked for before the last of them is an old one.</summary>
    public int Orders
    {
        get
        {
            lock (_gate) return _orders;
        }
    }

    /// <summary>Takes no new work, or takes it again.</summary>
    /// <param name="drainingSince">Since when the operator drains; null to take work.</param>
    public void Order(DateTimeOffset? drainingSince)
    {
        lock (_gate)
        {
            if (_drainingSince != drainingSince) _orders++;
            _drainingSince = drainingSince;
        }
    }

    /// <summary>The grains have answered: there is something behind this gateway.</summary>
    public void Answered()
    {
        lock (_gate) _answeredAt = _time.GetTimestamp();
    }

    /// <summary>Whether it is ready by what the last check found; asking has a new check made where that one is old.</summary>
    public bool IsKnownReady
    {
        get
        {
            if (IsStopping || DrainingSince is not null || !_lifetime.ApplicationStarted.IsCancellationRequested) return false;
            var check = LatestCheck();
            return !check.IsCompletedSuccessfully ? _lastFault is null : check.Result is null;
        }
    }

    /// <summary>Where the node is, and why it is not ready.</summary>
    public async Task<(NodeCondition Condition, string? Reason)> ReadAsync()
    {
        if (IsStopping) return (NodeCondition.Stopping, "The node is stopping.");
        if (!_lifetime.ApplicationStarted.IsCancellationRequested) return (NodeCondition.Starting, "The node is starting.");
        if (DrainingSince is not null) return (NodeCondition.Draining, "The operator drains the node, and all gateways of its cluster: it takes no new work.");
        return await CheckAsync() is { } fault ? (NodeCondition.Failing, fault) : (NodeCondition.Ready, null);
    }

    private async Task<string?> CheckAsync()
    {
        try
        {
            return _lastFault = await LatestCheck().WaitAsync(CheckPatience);
        }
        catch (TimeoutException)
        {
            return _lastFault = $"A check of what the node needs was not finished within {CheckPatience.TotalSeconds} seconds.";
        }
    }

    private Task<string?> LatestCheck()
    {
        lock (_gate)
        {
            var isOld = _checkedAt is not { } at || _time.GetElapsedTime(at) >= _options.ReadinessPeriod;
            if (isOld && _lastCheck.IsCompleted) (_lastCheck, _checkedAt) = (Task.Run(RunChecksAsync), _time.GetTimestamp());
            return _lastCheck;
        }
    }

    private TimeSpan? SinceAnswer()
    {
        lock (_gate) return _answeredAt is { } at ? _time.GetElapsedTime(at) : null;
    }

    private async Task<string?> RunChecksAsync()
    {
        if (SinceAnswer() is { } silent && silent > MissedAnswers * _options.ClusterPeriod)
            return $"The grains have not answered for {(int)silent.TotalSeconds} seconds: no silo is there, or the way to it is cut.";
        foreach (var check in _checks)
        {
            try
            {
                if (await check.FaultAsync(_lifetime.ApplicationStopping) is { } fault) return fault;
            }
            catch (Exception fault)
            {
                return $"A check failed ({fault.GetType().Name}).";
            }
        }
        return null;
    }
}
