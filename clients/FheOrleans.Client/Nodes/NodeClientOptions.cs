namespace FheOrleans.Client.Nodes;

/// <summary>How patient a <see cref="NodeClient"/> is.</summary>
public sealed record NodeClientOptions
{
    /// <summary>How long one request may take, its upload included. Defaults to 2 minutes.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How long making a connection may take. Defaults to 10 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How often an upload is tried again in a row without getting any further. Zero means never. Defaults to 5.</summary>
    public int Retries { get; init; } = 5;

    /// <summary>
    /// The wait before the first retry; it doubles with every further one, up to <see cref="LongestRetryWait"/>. Each is made up to a quarter longer
    /// or shorter by chance, so that clients which lost the same node do not come back in step. Defaults to 200 ms.
    /// </summary>
    public TimeSpan FirstRetryWait { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest wait between two tries. Defaults to 5 seconds.</summary>
    public TimeSpan LongestRetryWait { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many chunks of a dataset are made and sent at once. Defaults to 4: two being made, one on the wire, one being verified.
    /// </summary>
    public int ChunksInFlight { get; init; } = 4;

    /// <summary>
    /// How long <see cref="NodeClient.ListenAsync"/> tries to get back to a node it has lost before it gives up. Defaults to 1 minute.
    /// </summary>
    public TimeSpan ReconnectFor { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The clock of waits. Defaults to the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    internal TimeSpan WaitBefore(int retry, TimeSpan? asked)
    {
        var doubled = FirstRetryWait * Math.Pow(2, Math.Min(retry, 16));
        var wait = (doubled < LongestRetryWait ? doubled : LongestRetryWait) * (0.75 + (Random.Shared.NextDouble() / 2));
        return asked is { } told && told > wait ? told : wait;
    }
}
