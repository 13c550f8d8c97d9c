namespace FheOrleans.Grains.Tests;

/// <summary>Waits for something that must happen, and names it when it does not.</summary>
internal static class Within
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static async Task Time(Task happening, string what)
    {
        if (await Task.WhenAny(happening, Task.Delay(Patience)) != happening) throw new TimeoutException($"It did not come: {what}.");
        await happening;
    }

    public static async Task<T> Time<T>(Task<T> happening, string what)
    {
        await Time((Task)happening, what);
        return await happening;
    }
}
