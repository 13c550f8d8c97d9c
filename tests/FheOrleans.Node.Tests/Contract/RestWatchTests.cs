using FheOrleans.Silo.Hosting;

namespace FheOrleans.Node.Tests.Contract;

/// <summary>When a node gives memory back.</summary>
public class RestWatchTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public void HasComeToRest_AfterWork_OnceAndNotWhileItLasts()
    {
        var watch = new RestWatch(Mebi(10));

        Assert.False(watch.HasComeToRest(Mebi(500), Minute), "it works");
        Assert.False(watch.HasComeToRest(Mebi(900), Minute), "it works on");
        Assert.True(watch.HasComeToRest(Mebi(901), Minute), "it rests");
        Assert.False(watch.HasComeToRest(Mebi(902), Minute), "it rests on");
        Assert.False(watch.HasComeToRest(Mebi(990), Minute), "it works again");
        Assert.True(watch.HasComeToRest(Mebi(991), Minute), "it rests again");
    }

    [Fact]
    public void HasComeToRest_NeverBusy_CollectsSeldom()
    {
        var watch = new RestWatch(0);
        var collections = Enumerable.Range(1, 64).Count(minute => watch.HasComeToRest(Mebi(minute), Minute));
        Assert.Equal(2, collections);
    }

    [Theory, InlineData(2.5, false), InlineData(60, true)]
    public void HasComeToRest_SameBytesInLongerTime_IsRest(double seconds, bool expected)
    {
        var watch = new RestWatch(0);
        watch.HasComeToRest(Mebi(100), TimeSpan.FromSeconds(seconds));
        Assert.Equal(expected, watch.HasComeToRest(Mebi(104), TimeSpan.FromSeconds(seconds)));
    }

    private static long Mebi(long count) => count << 20;
}
