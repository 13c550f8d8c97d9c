namespace FheOrleans.Grains.Tests;

/// <summary>
/// Lets a number of writes to storage through, of whatever kind, and none after them: whoever writes then waits for ever, as a process that
/// died would. What is stored is what a crash between two writes leaves.
/// </summary>
internal sealed class PowerCut : StorageSeam
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = int.MaxValue;

    /// <summary>Ends when a write was not let through.</summary>
    public Task Reached => _reached.Task;

    public void After(int writes) => Volatile.Write(ref _left, writes);

    protected override Task WriteAsync(Func<Task> write)
    {
        if (Interlocked.Decrement(ref _left) >= 0) return write();
        _reached.TrySetResult();
        return new TaskCompletionSource().Task;
    }
}
