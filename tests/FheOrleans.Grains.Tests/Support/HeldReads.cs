namespace FheOrleans.Grains.Tests;

/// <summary>Holds the reading of chunks up: parts that are being worked on stay so until a test lets them go.</summary>
internal sealed class HeldReads
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _count;

    public HeldReads(Platform platform) => platform.Payloads.BeforeRead = key =>
    {
        if (!key.Contains("/datasets/", StringComparison.Ordinal)) return Task.CompletedTask;
        Interlocked.Increment(ref _count);
        return _released.Task;
    };

    /// <summary>How many reads have begun.</summary>
    public int Count => Volatile.Read(ref _count);

    public void Release() => _released.TrySetResult();
}
