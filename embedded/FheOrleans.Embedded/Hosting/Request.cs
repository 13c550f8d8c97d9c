namespace FheOrleans.Embedded;

/// <summary>One call on its way to a grain, and its answer on the way back.</summary>
internal abstract class Request(GrainMethod method, object?[] arguments)
{
    internal GrainMethod Method => method;

    /// <summary>What the caller awaits: a <see cref="Task"/> of the method's own type.</summary>
    internal abstract Task Reply { get; }

    /// <summary>Runs the method and keeps its outcome; the caller sees it only after <see cref="Answer"/>.</summary>
    /// <returns>When the method is over, whatever its outcome; never fails.</returns>
    internal abstract Task RunAsync(object grain);

    /// <summary>Gives the outcome to the caller.</summary>
    internal abstract void Answer();

    /// <summary>Tells the caller that the method was not run.</summary>
    internal abstract void Refuse(Exception reason);

    /// <summary>The failure of the method, after it ran.</summary>
    internal Exception? Failure { get; private protected set; }

    /// <summary>What the caller awaits when it does not wait for ever.</summary>
    internal abstract Task ReplyWithin(TimeSpan timeout, TimeProvider time);

    private protected Task Invoke(object grain) => method.Invoke(grain, arguments);
}

/// <inheritdoc/>
internal sealed class Request<T>(GrainMethod method, object?[] arguments) : Request(method, arguments)
{
    // Continuations of the caller must not run inside the grain's turn.
    private readonly TaskCompletionSource<T> _reply = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? _result;

    internal override Task Reply => _reply.Task;

    internal override async Task RunAsync(object grain)
    {
        try
        {
            var task = Invoke(grain);
            if (task is Task<T> typed) _result = await typed;
            else await task;
        }
        catch (Exception failure)
        {
            Failure = failure;
        }
    }

    internal override void Answer()
    {
        if (Failure is OperationCanceledException cancelled) _reply.TrySetCanceled(cancelled.CancellationToken);
        else if (Failure is not null) Refuse(Failure);
        else _reply.TrySetResult(_result!);
    }

    internal override void Refuse(Exception reason)
    {
        _reply.TrySetException(reason);
        _ = _reply.Task.Exception; // A caller that no longer waits is not an unobserved failure.
    }

    internal override async Task<T> ReplyWithin(TimeSpan timeout, TimeProvider time)
    {
        try
        {
            return await _reply.Task.WaitAsync(timeout, time).ConfigureAwait(false);
        }
        catch (TimeoutException) when (!_reply.Task.IsCompleted)
        {
            throw new TimeoutException($"{Method.Name} did not answer within {timeout}. It may still be running; a later call waits for it.");
        }
    }
}
