namespace FheOrleans.Client.Forecasts;

/// <summary>Adds up the seconds of each stage. Stages do not overlap: where two things are done at a time, the time is that of the first
/// of them.</summary>
public sealed class StageClock
{
    private readonly TimeProvider _time;
    private readonly TimeSpan[] _spent = new TimeSpan[Enum.GetValues<ForecastStage>().Length];

    /// <summary>Makes a clock that stands at zero.</summary>
    /// <param name="time">Measures; null for the system's.</param>
    public StageClock(TimeProvider? time = null) => _time = time ?? TimeProvider.System;

    /// <summary>Seconds of a stage so far.</summary>
    /// <param name="stage">The stage.</param>
    public double Seconds(ForecastStage stage) => _spent[(int)stage].TotalSeconds;

    /// <summary>Measures until the returned object is disposed.</summary>
    /// <param name="stage">The stage.</param>
    public IDisposable Measure(ForecastStage stage) => new Span(this, stage, _time.GetTimestamp());

    /// <summary>Adds time that was measured otherwise.</summary>
    /// <param name="stage">The stage.</param>
    /// <param name="spent">How long.</param>
    public void Add(ForecastStage stage, TimeSpan spent) => _spent[(int)stage] += spent;

    private sealed class Span(StageClock clock, ForecastStage stage, long start) : IDisposable
    {
        public void Dispose() => clock.Add(stage, clock._time.GetElapsedTime(start));
    }
}
