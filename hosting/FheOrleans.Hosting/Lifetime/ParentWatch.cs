using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FheOrleans.Hosting;

/// <summary>
/// Stops the process when its standard input ends. The parent holds the other end and never writes: the system closes it when the parent ends,
/// however it ends, so a demonstration never leaves a node behind.
/// </summary>
/// <param name="lifetime">What is stopped.</param>
/// <param name="log">Where it says why.</param>
public sealed class ParentWatch(IHostApplicationLifetime lifetime, ILogger<ParentWatch> log) : IHostedService
{
    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        // A thread of its own: reading a pipe blocks, and the process must be able to end while it does.
        new Thread(Watch) { IsBackground = true, Name = "parent watch" }.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Watch()
    {
        using var input = Console.OpenStandardInput();
        var ignored = new byte[256];
        try
        {
            while (input.Read(ignored) > 0)
            {
                // What the parent might write means nothing.
            }
        }
        catch (IOException)
        {
            // The pipe broke, which is what is waited for.
        }
        log.ParentGone();
        lifetime.StopApplication();
    }
}
