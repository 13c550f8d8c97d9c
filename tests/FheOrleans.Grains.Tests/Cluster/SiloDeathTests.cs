using System.Security.Cryptography;
using System.Text;

namespace FheOrleans.Grains.Tests.Cluster;

/// <summary>A silo ends without a word to anybody: what was accepted goes on elsewhere, once, and with the same bytes.</summary>
public sealed class SiloDeathTests
{
    private const int SlotsOfAPart = 2048, Parts = 8;

    [Theory, InlineData("inference"), InlineData("unfinished work"), InlineData("owner")]
    public async Task Kill_SiloOfAGrainInTheMiddleOfAJob_JobEndsWithEveryResultOnce(string grain)
    {
        await using var platform = await Platform.StartAsync(silos: 3);
        using var farm = TestFarm.Linear(windows: SlotsOfAPart * Parts);
        await farm.UploadAllAsync(platform, "brook");
        var first = (await PredictionTests.InferAsync(platform, "brook", farm.Request(), "before")).Where(item => item.Result is not null)
            .ToDictionary(item => item.Part, item => item.Result);
        var held = new HeldReads(platform);
        await platform.Inference("brook").StartAsync(farm.Request());
        await Until.IsSo(() => held.Count > 0, "parts are being worked on");
        var victim = await platform.SiloOfAsync(grain switch
        {
            "inference" => platform.Inference("brook"),
            "owner" => platform.Owner("brook"),
            _ => platform.Grains.GetGrain<IUnfinishedWorkGrain>(GrainKeys.UnfinishedWork),
        });

        await platform.KillAsync(victim);
        held.Release();

        var events = await EndAsync(platform, "july");
        Assert.Equal(Enumerable.Range(1, 2 * (Parts + 1)).Select(number => (long)number), events.Select(item => item.Sequence));
        var second = events.Where(item => item.Inference == "july").ToList();
        PredictionTests.AssertEqualsClear(farm, second);
        // Evaluated twice or on another silo, it is the same to the byte.
        Assert.All(second.Where(item => item.Result is not null), item => Assert.Equal(first[item.Part], item.Result));
        Assert.Single((await LedgerTests.ReadAllAsync(platform, "brook")).Select(LedgerTests.Words), words => words == "inferenceCompleted july");
        await AssertReceiptsHoldAsync(platform, "july");
    }

    [Fact]
    public async Task Kill_SiloOfASubscription_EveryPointHasItsForecastOnceAndInOrder()
    {
        await using var platform = await Platform.StartAsync(silos: 3);
        using var farm = LiveFarm.Squares();
        var window = farm.Plan.TimePoints;
        var grain = await SubscriptionTests.SubscribeAsync(platform, farm);
        for (var point = 1; point <= window; point++) await farm.AppendAsync(grain, point);
        await Until.IsSo(async () => (await grain.DescribeAsync()).Computed == window, "the first window is computed");

        await platform.KillAsync(await platform.SiloOfAsync(grain));
        // Who appends hears nothing for some seconds, and sends the same again.
        for (var point = window + 1; point <= window + 3; point++) await AgainAsync(() => AppendAsync(farm, grain, point));

        List<PredictionEvent> events = [];
        await Until.IsSo(async () => (events = await EventsAsync(platform)).Count >= 4, "every forecast is told");
        Assert.Equal([1L, 2, 3, 4], events.Select(item => item.Sequence));
        Assert.Equal(Enumerable.Range(window, 4), events.Select(item => item.Part));
        Assert.All(events, item => farm.AssertEqualsClear(item));
    }

    [Fact]
    public async Task Stop_EachSiloInTurn_JobsGoOn()
    {
        await using var platform = await Platform.StartAsync(silos: 2);
        using var farm = TestFarm.Linear(windows: SlotsOfAPart * Parts);
        await farm.UploadAllAsync(platform, "brook");
        var old = platform.Silos.ToArray();
        for (var round = 0; round < old.Length; round++)
        {
            await AgainAsync(() => platform.Inference("brook", $"round-{round}").StartAsync(farm.Request()));
            await platform.StopAsync(old[round]);
            await platform.AddSiloAsync();
        }

        for (var round = 0; round < old.Length; round++)
            PredictionTests.AssertEqualsClear(farm, [.. (await EndAsync(platform, $"round-{round}")).Where(item => item.Inference == $"round-{round}")]);
    }

    /// <summary>The receipt of the whole is over the very receipts of the parts that are there, whoever evaluated them and how often.</summary>
    private static async Task AssertReceiptsHoldAsync(Platform platform, string inference)
    {
        var hashes = new List<byte>();
        for (var part = 0; part < Parts; part++)
        {
            var receipt = await platform.Inference("brook", inference).ReadReceiptAsync(part);
            ReceiptTests.Checked(receipt);
            hashes.AddRange(SHA256.HashData(Encoding.UTF8.GetBytes(receipt.Statement)));
        }
        var whole = ReceiptTests.Checked(await platform.Inference("brook", inference).ReadReceiptAsync(-1));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData([.. hashes])), whole.GetProperty("partsSha256").GetString());
    }

    private static async Task<bool> AppendAsync(LiveFarm farm, ISubscriptionGrain grain, int point)
    {
        await farm.AppendAsync(grain, point);
        return true;
    }

    private static Task<List<PredictionEvent>> EventsAsync(Platform platform) => AgainAsync(() => PredictionTests.AllEventsAsync(platform, "brook"));

    /// <summary>All events of the owner, when an inference has ended.</summary>
    private static async Task<List<PredictionEvent>> EndAsync(Platform platform, string inference)
    {
        List<PredictionEvent> events = [];
        await Until.IsSo(async () => (events = await EventsAsync(platform)).Exists(item => item.Inference == inference && item.State == PredictionState.Completed), $"the end of {inference}");
        return events;
    }

    /// <summary>As a gateway does: a call that a dead silo did not answer is made again.</summary>
    private static async Task<T> AgainAsync<T>(Func<Task<T>> call)
    {
        T? answer = default;
        await Until.IsSo(async () =>
        {
            try
            {
                answer = await call().WaitAsync(TimeSpan.FromSeconds(5));
                return true;
            }
            catch (Exception fault) when (fault is Orleans.Runtime.OrleansException or TimeoutException)
            {
                return false;
            }
        }, "the call is answered");
        return answer!;
    }
}
