using FheOrleans.Grains.Workers;

namespace FheOrleans.Grains.Tests.Hosting;

public class RunningPartsTests
{
    [Fact]
    public void Close_PartsInHand_IsIdleWhenTheLastOneIsLetGo()
    {
        using var parts = new RunningParts();
        var (first, second) = (parts.Enter()!, parts.Enter()!);

        parts.Close();

        Assert.True(parts.Closing.IsCancellationRequested);
        Assert.Null(parts.Enter());
        first.Dispose();
        first.Dispose();
        Assert.False(parts.WhenIdle.IsCompleted);
        second.Dispose();
        Assert.True(parts.WhenIdle.IsCompletedSuccessfully);
    }

    [Fact]
    public void Close_NothingInHand_IsIdleAtOnce()
    {
        using var parts = new RunningParts();

        parts.Close();

        Assert.True(parts.WhenIdle.IsCompletedSuccessfully);
    }
}
