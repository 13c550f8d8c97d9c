using System.Collections.Concurrent;

namespace FheOrleans.Load;

/// <summary>What all farms of a run count together. Times are kept only while they are asked for: the warming up is not in them.</summary>
internal sealed class RunCounts
{
    private readonly ConcurrentDictionary<string, int> _faults = [];
    private readonly Lock _gate = new();
    private readonly List<double> _seconds = [];
    private int _appended, _heard, _doubled, _wrong;

    public bool IsTiming { get; set; }

    public int Appends => _appended;

    public int Forecasts => _heard;

    public int Doubled => _doubled;

    public int Wrong => _wrong;

    public int Errors => _faults.Values.Sum();

    /// <summary>What went wrong, how often each.</summary>
    public IReadOnlyDictionary<string, int> Faults => _faults;

    public void Appended() => Interlocked.Increment(ref _appended);

    public void Failed(string what) => _faults.AddOrUpdate(what, 1, (_, times) => times + 1);

    public void Heard(TimeSpan elapsed, bool isRight, bool isDoubled)
    {
        Interlocked.Increment(ref _heard);
        if (!isRight) Interlocked.Increment(ref _wrong);
        if (isDoubled) Interlocked.Increment(ref _doubled);
        if (!IsTiming || elapsed == TimeSpan.Zero) return;
        lock (_gate) _seconds.Add(elapsed.TotalSeconds);
    }

    /// <summary>The seconds below which a share of the forecasts came; 0 without any.</summary>
    public double Percentile(double share)
    {
        lock (_gate)
        {
            if (_seconds.Count == 0) return 0;
            _seconds.Sort();
            return _seconds[Math.Min(_seconds.Count - 1, (int)(share * _seconds.Count))];
        }
    }
}
