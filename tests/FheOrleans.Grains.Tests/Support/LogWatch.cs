using Microsoft.Extensions.Logging;

namespace FheOrleans.Grains.Tests;

/// <summary>What was logged, by event id: tests wait on it, and look that nothing secret is in it.</summary>
internal sealed class LogWatch : ILoggerProvider, ILogger
{
    private readonly Lock _gate = new();
    private readonly List<(int Id, string Text)> _lines = [];
    private readonly List<(int Id, int Count, TaskCompletionSource Reached)> _waiting = [];

    public IReadOnlyList<(int Id, string Text)> Lines
    {
        get
        {
            lock (_gate) return [.. _lines];
        }
    }

    /// <summary>Ends when an event has been logged so many times.</summary>
    public Task Logged(int id, int times = 1)
    {
        var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_lines.Count(line => line.Id == id) >= times) reached.SetResult();
            else _waiting.Add((id, times, reached));
        }
        return Within.Time(reached.Task, $"log event {id}, {times} times");
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        lock (_gate)
        {
            _lines.Add((eventId.Id, formatter(state, exception) + exception));
            foreach (var (id, count, reached) in _waiting)
                if (_lines.Count(line => line.Id == id) >= count) reached.TrySetResult();
        }
    }

    public void Dispose()
    {
    }
}
