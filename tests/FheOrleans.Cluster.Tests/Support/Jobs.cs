using System.Diagnostics;
using FheOrleans.Client.Nodes;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Cluster.Tests.Support;

/// <summary>Many jobs on one dataset: enough work that something can happen in the middle of it.</summary>
internal sealed class Jobs
{
    private readonly NodeClient _client;
    private readonly TestFarm _farm;
    private readonly TaskCompletionSource _underWay = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private Jobs(NodeClient client, TestFarm farm, int count, string prefix) =>
        (_client, _farm, Names) = (client, farm, [.. Enumerable.Range(0, count).Select(i => $"{prefix}-{i}")]);

    /// <summary>What they are called.</summary>
    public IReadOnlyCollection<string> Names { get; }

    /// <summary>Done when some parts are done and most are not.</summary>
    public Task UnderWay => _underWay.Task;

    /// <summary>Everything heard until all have ended.</summary>
    public Task<List<PredictionMessage>> Heard { get; private set; } = null!;

    /// <summary>When the last of them had ended.</summary>
    public long Ended { get; private set; }

    /// <summary>Starts them.</summary>
    public static async Task<Jobs> StartAsync(NodeClient client, TestFarm farm, int count, string prefix = "job")
    {
        var jobs = new Jobs(client, farm, count, prefix);
        jobs.Heard = jobs.ListenAsync();
        foreach (var name in jobs.Names) await client.StartInferenceAsync(name, farm.Request);
        return jobs;
    }

    /// <summary>Waits for all ends, and looks whether every job has every result once, and the right one.</summary>
    public async Task<List<PredictionMessage>> RequireWholeAsync()
    {
        var heard = await Heard;
        Assert.Equal(Enumerable.Range(1, heard.Count).Select(number => (long)number), heard.Select(message => message.Sequence));
        AssertWhole(_farm, Names, [.. heard.Where(message => Names.Contains(message.Inference))]);
        foreach (var message in heard.Where(message => message.Result is not null && Names.Contains(message.Inference)))
            Assert.Equal(message.Result, await _client.DownloadResultAsync(message.Inference, message.Part));
        return heard;
    }

    /// <summary>Every part once, one end for each job, and forecasts as in the clear.</summary>
    public static void AssertWhole(TestFarm farm, IReadOnlyCollection<string> names, IReadOnlyList<PredictionMessage> heard)
    {
        Assert.Equal(names.Order(), heard.Where(message => message.Status != PredictionStatus.PartCompleted).Select(message => message.Inference).Order());
        Assert.All(heard, message => Assert.True(message.Status is PredictionStatus.PartCompleted or PredictionStatus.Completed, $"{message.Inference} is {message.Status}"));
        var expected = farm.Expected;
        foreach (var job in heard.Where(message => message.Status == PredictionStatus.PartCompleted).GroupBy(message => message.Inference))
        {
            Assert.Equal(Enumerable.Range(0, farm.Batches), job.Select(message => message.Part).Order());
            var found = new double[expected.Length];
            Array.Fill(found, double.NaN);
            foreach (var message in job) farm.Decrypt(message.Part, message.Result!, found);
            // The bound is the one the compiler chose its parameters for; see CompilerOptions.TargetError.
            for (var i = 0; i < expected.Length; i++) Assert.InRange(found[i], expected[i] - 1e-5, expected[i] + 1e-5);
        }
    }

    private async Task<List<PredictionMessage>> ListenAsync()
    {
        var parts = 0;
        try
        {
            return await _client.ListenToEndsAsync(Names, message =>
            {
                if (message.Status == PredictionStatus.PartCompleted && Names.Contains(message.Inference) && ++parts == _farm.Batches / 2) _underWay.TrySetResult();
            });
        }
        finally
        {
            Ended = Stopwatch.GetTimestamp();
            _underWay.TrySetResult();
        }
    }
}
