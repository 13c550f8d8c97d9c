using FheOrleans.Grains;
using FheOrleans.Silo.Options;

namespace FheOrleans.Node.Tests.Contract;

/// <summary>What a node does with the memory it may take.</summary>
public class MemoryPlanTests
{
    private const long Machine = 16L << 30;

    [Theory]
    [InlineData(384, 192, 48, 24), InlineData(512, 320, 80, 40), InlineData(1024, 832, 208, 104), InlineData(4096, 3584, 512, 256), InlineData(65536, 57344, 512, 256)]
    public void For_MemoryGiven_LeavesRoomBesideTheHeapAndSharesIt(int memory, long heap, int keyCache, int pool) =>
        Assert.Equal(new MemoryPlan(heap << 20, keyCache, pool), MemoryPlan.For(memory, null, Machine));

    [Theory]
    [InlineData(16384, 512, 256), InlineData(2048, 512, 256), InlineData(768, 192, 96)]
    public void For_NothingGiven_LeavesTheHeapToTheRuntimeAndGoesByWhatThereIs(long available, int keyCache, int pool) =>
        Assert.Equal(new MemoryPlan(null, keyCache, pool), MemoryPlan.For(null, null, available << 20));

    [Fact]
    public void For_KeyCacheGiven_IsThat() => Assert.Equal(7, MemoryPlan.For(1024, 7, Machine).KeyCacheMebibytes);

    [Fact]
    public void ApplyTo_MemoryGiven_GrainsKeepToIt()
    {
        var grains = new FheGrainsOptions();
        new NodeOptions { Data = "d", MemoryMebibytes = 1024 }.ApplyTo(grains);
        Assert.Equal((208L << 20, 104L << 20), (grains.KeyCacheBytes, grains.CiphertextPoolBytes));
    }
}
