using System.Diagnostics;
using System.Globalization;
using System.Text;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Load;

/// <summary>Co-operatives, their farms, and a live forecast for each farm: appended to at intervals, listened to all the time.</summary>
internal static class LiveLoad
{
    private const string Model = "yield";
    private const int AtOnce = 8;
    private static readonly TimeSpan LastForecasts = TimeSpan.FromMinutes(2), SamplePeriod = TimeSpan.FromSeconds(5);

    public static async Task<Report> RunAsync(LoadOptions options, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("fheorleans-load-").FullName;
        try
        {
            string[] connections = ["--connections", options.Connections.ToString(CultureInfo.InvariantCulture)];
            string[] workers = options.Workers is { } count ? ["--workers", count.ToString(CultureInfo.InvariantCulture)] : [];
            string[] memory = options.MemoryMebibytes is { } most ? ["--memory", most.ToString(CultureInfo.InvariantCulture)] : [];
            await using var heap = await NodeHeap.ListenAsync();
            await using var node = await NodeUnderLoad.StartAsync(folder, [.. connections, .. workers, .. memory, .. heap.Options]);
            return await RunAsync(options, node, heap, cancellation);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Report> RunAsync(LoadOptions options, NodeUnderLoad node, NodeHeap heap, CancellationToken cancellation)
    {
        var counts = new RunCounts();
        var atStart = node.ResidentBytes;
        Report.Say($"{options.Tenants} co-operatives with {options.FarmsPerTenant} farms each: keys and subscriptions");
        var farms = await JoinAllAsync(options, node, counts, cancellation);
        try
        {
            Report.Say($"filling windows of {options.TimePoints} points");
            await Parallel.ForEachAsync(
                farms, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
                async (farm, token) =>
                {
                    for (var point = 1; point <= options.TimePoints; point++) await farm.AppendAsync(token);
                });
            await AllHeardAsync(farms, cancellation);

            var (warm, warmHeap, appendedBefore) = (node.ResidentBytes, await heap.ReadAsync(cancellation), counts.Appends);
            counts.IsTiming = true;
            Report.Say($"measuring for {options.Duration.TotalSeconds} s, a point of each farm every {options.Interval.TotalSeconds} s");
            var started = Stopwatch.GetTimestamp();
            var samples = await AppendAllAsync(options, node, heap, farms, counts, cancellation);
            var elapsed = Stopwatch.GetElapsedTime(started);
            await AllHeardAsync(farms, cancellation);

            return Summarize(options, node, counts, farms.Sum(farm => farm.Missing), new()
            {
                Fresh = atStart,
                Peak = node.PeakResidentBytes,
                Warm = warm,
                WarmHeap = warmHeap,
                Samples = samples,
                End = node.ResidentBytes,
                EndHeap = await heap.ReadAsync(cancellation),
                LiveHeap = await heap.CollectAsync(node.ProcessId, cancellation),
                AppendsPerSecond = (counts.Appends - appendedBefore) / elapsed.TotalSeconds,
            });
        }
        finally
        {
            await Parallel.ForEachAsync(farms, CancellationToken.None, async (farm, _) => await farm.DisposeAsync());
        }
    }

    private static async Task<LiveFarm[]> JoinAllAsync(
        LoadOptions options, NodeUnderLoad node, RunCounts counts, CancellationToken cancellation)
    {
        await using var byOperator = node.Operator();
        var network = PaperNetwork.Create(options.TimePoints, options.Features, seed: 5);
        var plan = CircuitCompiler.Compile(network, new CompilerOptions { Layout = CircuitLayout.Live }).Plan;
        var farms = new LiveFarm[options.Tenants * options.FarmsPerTenant];
        await Parallel.ForEachAsync(
            Enumerable.Range(0, options.Tenants), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (tenantNumber, token) =>
            {
                var tenant = $"coop-{tenantNumber}";
                await byOperator.CreateTenantAsync(tenant, token);
                PublishedVersion? published = null;
                for (var i = 0; i < options.FarmsPerTenant; i++)
                {
                    var client = await node.JoinAsync(byOperator, tenant, $"farm-{i}", token);
                    published ??= await client.PublishModelAsync(Model, network.ToJson(), ModelVisibility.Tenant, token);
                    var number = (tenantNumber * options.FarmsPerTenant) + i;
                    farms[number] = new LiveFarm(client, network, plan, number, options.Animals, counts);
                    await farms[number].PrepareAsync(published.Model, published.Version, token);
                }
            });
        return farms;
    }

    /// <summary>Lets every farm append at its interval, each at another moment of it, and samples the node's memory meanwhile.</summary>
    private static async Task<List<long>> AppendAllAsync(
        LoadOptions options, NodeUnderLoad node, NodeHeap heap, LiveFarm[] farms, RunCounts counts, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        over.CancelAfter(options.Duration);
        var appending = farms.Select((farm, number) => AppendAsync(farm, options.Interval * ((double)number / farms.Length))).ToArray();
        var samples = new List<long>();
        using (var timer = new PeriodicTimer(SamplePeriod))
        {
            while (await NextAsync(timer))
            {
                samples.Add(node.ResidentBytes);
                if (samples.Count % 6 > 0) continue;
                var now = await heap.ReadAsync(cancellation);
                Report.Say(
                    $"{counts.Appends} appends, {counts.Forecasts} forecasts, {counts.Errors} errors, {samples[^1] >> 20} MiB, heap {now}");
            }
        }
        await Task.WhenAll(appending);
        return samples;

        async Task AppendAsync(LiveFarm farm, TimeSpan first)
        {
            await Task.Delay(first, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            using var timer = new PeriodicTimer(options.Interval);
            while (!over.IsCancellationRequested)
            {
                // An append that has begun is finished, over time or not.
                await farm.AppendAsync(cancellation);
                await NextAsync(timer);
            }
        }

        async Task<bool> NextAsync(PeriodicTimer timer)
        {
            try
            {
                return await timer.WaitForNextTickAsync(over.Token);
            }
            catch (OperationCanceledException)
            {
                return false;
            }
        }
    }

    private static async Task AllHeardAsync(LiveFarm[] farms, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        while (farms.Any(farm => farm.Missing > 0) && Stopwatch.GetElapsedTime(started) < LastForecasts)
            await Task.Delay(100, cancellation);
    }

    private static Report Summarize(LoadOptions options, NodeUnderLoad node, RunCounts counts, int lost, MemoryFacts memory)
    {
        var (p50, p99) = (counts.Percentile(0.5), counts.Percentile(0.99));
        var isGood = counts.Errors == 0 && lost == 0 && counts.Doubled == 0 && counts.Wrong == 0;
        var text = new StringBuilder();
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"{options.Tenants} co-operatives x {options.FarmsPerTenant} farms, paper's network {options.TimePoints} x {options.Features}, "
            + $"{options.Duration.TotalSeconds:F0} s after warming up");
        Say($"appends {counts.Appends} ({memory.AppendsPerSecond:F1} a second while measured), forecasts {counts.Forecasts}");
        Say($"errors {counts.Errors}, lost {lost}, doubled {counts.Doubled}, wrong {counts.Wrong}");
        foreach (var (fault, times) in counts.Faults.OrderByDescending(item => item.Value).Take(5)) Say($"  {times} x {fault}");
        Say($"from append (encryption included) to decrypted forecast: p50 {p50:F3} s, p99 {p99:F3} s");
        text.AppendLine(
            CultureInfo.InvariantCulture,
            $"node's resident memory, MiB: fresh {Mebi(memory.Fresh)}, at most {Mebi(memory.Peak)}, warm {Mebi(memory.Warm)}, "
            + $"end {Mebi(memory.End)}; first half {Mebi(memory.FirstHalf)}, second half {Mebi(memory.SecondHalf)} on average");
        Say($".NET's heap, MiB, by its last collection, warm: {memory.WarmHeap}");
        Say($"  end: {memory.EndHeap}");
        Say($"  after a full collection: {memory.LiveHeap}");
        foreach (var line in node.Faults) Say($"  node: {line}");
        text.Append(isGood ? "good" : "NOT good");
        return new(text.ToString(), new
        {
            tenants = options.Tenants,
            farmsPerTenant = options.FarmsPerTenant,
            seconds = options.Duration.TotalSeconds,
            appends = counts.Appends,
            appendsPerSecond = memory.AppendsPerSecond,
            forecasts = counts.Forecasts,
            errors = counts.Errors,
            lost,
            doubled = counts.Doubled,
            wrong = counts.Wrong,
            p50Seconds = p50,
            p99Seconds = p99,
            residentBytes = new
            {
                fresh = memory.Fresh,
                peak = memory.Peak,
                warm = memory.Warm,
                end = memory.End,
                firstHalf = memory.FirstHalf,
                secondHalf = memory.SecondHalf,
            },
            heap = new { warm = memory.WarmHeap, end = memory.EndHeap, collected = memory.LiveHeap },
            isGood,
        }, isGood);

        void Say(FormattableString line) => text.AppendLine(FormattableString.Invariant(line));

        static long Mebi(long bytes) => bytes >> 20;
    }

    /// <summary>The node's resident bytes through a run.</summary>
    private sealed record MemoryFacts
    {
        public required long Fresh { get; init; }

        public required long Peak { get; init; }

        public required long Warm { get; init; }

        public required HeapFacts WarmHeap { get; init; }

        public required HeapFacts EndHeap { get; init; }

        public required HeapFacts LiveHeap { get; init; }

        public required List<long> Samples { get; init; }

        public required long End { get; init; }

        public required double AppendsPerSecond { get; init; }

        public long FirstHalf => Average(Samples.Take(Samples.Count / 2));

        public long SecondHalf => Average(Samples.Skip(Samples.Count / 2));

        private static long Average(IEnumerable<long> samples) => (long)samples.DefaultIfEmpty().Average();
    }
}
