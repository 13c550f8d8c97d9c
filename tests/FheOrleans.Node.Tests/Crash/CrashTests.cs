using Xunit.Abstractions;

namespace FheOrleans.Node.Tests.Crash;

/// <summary>A short run in every suite. The long one is a command of its own: <c>bench/FheOrleans.Crash</c>.</summary>
public class CrashTests(ITestOutputHelper output)
{
    [Fact]
    public async Task Node_KilledAtRandomMoments_LosesNothing()
    {
        var seed = Random.Shared.Next();
        output.WriteLine($"seed {seed}"); // Shown when it fails.
        output.WriteLine(await CrashRun.RunAsync(kills: 3, seed, output.WriteLine, longestUptime: 1000));
    }
}
