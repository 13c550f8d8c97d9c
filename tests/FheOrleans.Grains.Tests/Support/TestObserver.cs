using System.Threading.Channels;

namespace FheOrleans.Grains.Tests;

/// <summary>Collects events in the order of their coming.</summary>
internal sealed class TestObserver : IPredictionObserver
{
    private readonly Channel<PredictionEvent> _events = Channel.CreateUnbounded<PredictionEvent>();

    /// <summary>Awaited before an event is taken.</summary>
    public Func<PredictionEvent, Task>? BeforeTaking { get; set; }

    public async Task OnPredictionAsync(PredictionEvent prediction)
    {
        if (BeforeTaking is { } before) await before(prediction);
        _events.Writer.TryWrite(prediction);
    }

    public Task<PredictionEvent> NextAsync() => Within.Time(_events.Reader.ReadAsync().AsTask(), "the next event");

    /// <summary>The events up to the one that ends an inference.</summary>
    public async Task<List<PredictionEvent>> UntilEndAsync()
    {
        var events = new List<PredictionEvent>();
        do events.Add(await NextAsync());
        while (events[^1].State == PredictionState.PartCompleted);
        return events;
    }
}
