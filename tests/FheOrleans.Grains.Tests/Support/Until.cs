using System.Diagnostics;

namespace FheOrleans.Grains.Tests;

/// <summary>Asks again and again until something is so, and says what was not when it never is.</summary>
internal static class Until
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Pause = TimeSpan.FromMilliseconds(20);

    public static Task IsSo(Func<bool> condition, string what) => IsSo(() => Task.FromResult(condition()), what);

    public static async Task IsSo(Func<Task<bool>> condition, string what)
    {
        var begun = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(begun) > Patience) throw new TimeoutException($"It did not become so: {what}.");
            await Task.Delay(Pause);
        }
    }
}
