using System.Diagnostics;
using System.Globalization;
using FheOrleans.Client.Nodes;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Load;

/// <summary>A cluster of processes over PostgreSQL on this machine: does a second silo help, what do others notice of it, and of deaths.</summary>
/// <remarks>
/// Each silo has one evaluation thread and stays on a processor of its own. Gateways, PostgreSQL and the client run where they like, on the same
/// processors: what they take is taken from the silos.
/// </remarks>
internal static class ClusterLoad
{
    public const string Throughput = "throughput", Latency = "latency", SiloDeath = "silo-death", SiloHang = "silo-hang", GatewayDeath = "gateway-death";

    /// <summary>All that is measured.</summary>
    public static readonly string[] All = [Throughput, Latency, SiloDeath, SiloHang, GatewayDeath];

    private const int PartsOfAJob = 8, JobsAtOnce = 4;

    public static Task<Report> RunAsync(string what, ClusterPrograms programs, ClusterWork work, CancellationToken cancellation) => what switch
    {
        Throughput => ThroughputAsync(programs, work, cancellation),
        Latency => LatencyAsync(programs, work, cancellation),
        SiloDeath => SiloLossAsync(programs, work, hangs: false, cancellation),
        SiloHang => SiloLossAsync(programs, work, hangs: true, cancellation),
        GatewayDeath => GatewayDeathAsync(programs, work, cancellation),
        _ => throw new ArgumentException($"'{what}' is not measured; {string.Join(", ", All)} are.", nameof(what)),
    };

    private static async Task<Report> ThroughputAsync(ClusterPrograms programs, ClusterWork work, CancellationToken cancellation)
    {
        var rates = new List<Rate>();
        for (var silos = 1; silos <= 2; silos++)
        {
            await using var cluster = await ClusterUnderLoad.StartAsync(programs, silos, gateways: 1);
            rates.Add(await RateAsync(cluster, work, cancellation));
            Report.Say($"{silos} silos: {rates[^1].PartsPerSecond:F2} parts a second");
        }
        var factor = rates[1].PartsPerSecond / rates[0].PartsPerSecond;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"parts a second: {rates[0].PartsPerSecond:F2} with one silo, {rates[1].PartsPerSecond:F2} with two: {factor:F2} times; a part takes {rates[0].PartSeconds:F3} s and {rates[1].PartSeconds:F3} s of evaluation");
        return new(text, new { rates, factor }, IsGood: true);
    }

    private static async Task<Report> LatencyAsync(ClusterPrograms programs, ClusterWork work, CancellationToken cancellation)
    {
        await using var cluster = await ClusterUnderLoad.StartAsync(programs, silos: 2, gateways: 1);
        var idle = new List<double>();
        var busy = new List<double>();
        var clients = await cluster.JoinAsync(1, cancellation);
        await AskAsync(clients[0], TimeSpan.FromSeconds(2), [], cancellation);
        await AskAsync(clients[0], TimeSpan.FromSeconds(5), idle, cancellation);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var load = RateAsync(cluster, work, cancellation, async () => await AskAsync(clients[0], work.Duration, busy, over.Token));
        var rate = await load;
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"a request of four grain calls (sign in, allowance, owner, member) takes {Of(idle, 0.5):F1} ms p50 and {Of(idle, 0.99):F1} ms p99 while nothing is computed ({idle.Count} requests), "
            + $"{Of(busy, 0.5):F1} ms and {Of(busy, 0.99):F1} ms, {Of(busy, 1):F1} ms at most, while both silos compute {rate.PartsPerSecond:F2} parts a second ({busy.Count} requests)");
        foreach (var client in clients) await client.DisposeAsync();
        return new(text, new { idleMs = new { p50 = Of(idle, 0.5), p99 = Of(idle, 0.99) }, busyMs = new { p50 = Of(busy, 0.5), p99 = Of(busy, 0.99), most = Of(busy, 1) }, rate }, IsGood: true);
    }

    /// <summary>One of three silos is lost with jobs under way: killed, or stopped so that it hangs with its connections open.</summary>
    private static async Task<Report> SiloLossAsync(ClusterPrograms programs, ClusterWork work, bool hangs, CancellationToken cancellation)
    {
        await using var cluster = await ClusterUnderLoad.StartAsync(programs, silos: 3, gateways: 2);
        using var farm = work.Farm(PartsOfAJob);
        var client = (await cluster.JoinAsync(1, cancellation))[0];
        await farm.UploadAsync(client, isFirst: true, PartsOfAJob, cancellation);
        var heard = new List<(PredictionMessage Message, double At)>();
        string[] jobs = [.. Enumerable.Range(0, work.Jobs).Select(job => FormattableString.Invariant($"job-{job}"))];
        var listening = HearAsync(client, jobs.ToHashSet(), heard, cancellation);
        foreach (var job in jobs) await client.StartInferenceAsync(job, BenchFarm.RequestOf("farm-0"), cancellation);
        while (Count(heard) < PartsOfAJob) await Task.Delay(5, cancellation);

        var lostAt = Stopwatch.GetTimestamp();
        await (hangs ? cluster.Silos[0].FreezeAsync() : cluster.Silos[0].KillAsync());
        var before = Count(heard);
        var declaring = DeclaredAsync();
        await client.GetMeAsync(cancellation);
        var answered = Stopwatch.GetElapsedTime(lostAt).TotalSeconds;
        await listening;
        var ended = Stopwatch.GetElapsedTime(lostAt).TotalSeconds;
        var declared = await declaring;
        await client.DisposeAsync();

        var (missed, doubled) = Gaps(heard);
        var completed = heard.Count(item => item.Message.Status == PredictionStatus.Completed);
        var gap = heard.Skip(Math.Max(0, before - 1)).Zip(heard.Skip(Math.Max(1, before)), (left, right) => right.At - left.At).DefaultIfEmpty(0).Max();
        var results = heard.Count(item => item.Message.Status == PredictionStatus.PartCompleted);
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"one of three silos {(hangs ? "hangs (SIGSTOP)" : "is killed (kill -9)")} with {jobs.Length} jobs under way, {before} events heard: it was declared dead after {declared:F1} s, "
            + $"the first request was answered after {answered:F1} s, the longest silence was {gap:F1} s, all jobs had ended after {ended:F1} s; "
            + $"{completed} of {jobs.Length} completed, {results} of {jobs.Length * PartsOfAJob} results, {missed} events missed, {doubled} doubled");
        var isGood = missed == 0 && doubled == 0 && completed == jobs.Length && results == jobs.Length * PartsOfAJob;
        return new(text, new { declaredSeconds = declared, answeredSeconds = answered, longestSilenceSeconds = gap, endedSeconds = ended, completed, results, missed, doubled }, isGood);

        async Task<double> DeclaredAsync()
        {
            while (await cluster.CountDeadAsync(cancellation) == 0) await Task.Delay(50, cancellation);
            return Stopwatch.GetElapsedTime(lostAt).TotalSeconds;
        }
    }

    private static async Task<Report> GatewayDeathAsync(ClusterPrograms programs, ClusterWork work, CancellationToken cancellation)
    {
        await using var cluster = await ClusterUnderLoad.StartAsync(programs, silos: 2, gateways: 2);
        using var farm = work.Farm(PartsOfAJob);
        // The one starts jobs by the second gateway; the others listen, some at each.
        var starter = (await cluster.JoinAsync(1, cancellation))[0];
        await farm.UploadAsync(starter, isFirst: true, PartsOfAJob, cancellation);
        string[] jobs = [.. Enumerable.Range(0, 6).Select(job => FormattableString.Invariant($"job-{job}"))];
        var heard = Enumerable.Range(0, 8).Select(_ => new List<(PredictionMessage Message, double At)>()).ToList();
        var listeners = new List<NodeClient>();
        var token = (await starter.IssueTokenAsync(new TokenRequest(), cancellation)).Token;
        foreach (var _ in heard) listeners.Add(new NodeClient(cluster.Address, token, new NodeClientOptions { ReconnectFor = TimeSpan.FromMinutes(2) }));
        var listening = listeners.Zip(heard, (listener, into) => HearAsync(listener, jobs.ToHashSet(), into, cancellation)).ToList();
        foreach (var job in jobs) await starter.StartInferenceAsync(job, BenchFarm.RequestOf("farm-0"), cancellation);
        while (Count(heard[0]) < PartsOfAJob) await Task.Delay(5, cancellation);

        await cluster.Gateways[0].KillAsync();
        await Task.WhenAll(listening);
        foreach (var listener in listeners.Append(starter)) await listener.DisposeAsync();

        var gaps = heard.Select(Gaps).ToList();
        var silence = heard.Max(one => one.Zip(one.Skip(1), (left, right) => right.At - left.At).Max());
        var (missed, doubled) = (gaps.Sum(one => one.Missed), gaps.Sum(one => one.Doubled));
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"kill -9 of one of two gateways with {listeners.Count} listeners: {missed} events missed and {doubled} doubled of {heard.Sum(one => one.Count)}, the longest silence of a listener was {silence:F1} s");
        return new(text, new { missed, doubled, longestSilenceSeconds = silence }, IsGood: missed == 0 && doubled == 0);
    }

    /// <summary>Keeps jobs going, as many at once as keep two silos busy, and counts the parts that end in the time that is measured.</summary>
    private static async Task<Rate> RateAsync(ClusterUnderLoad cluster, ClusterWork work, CancellationToken cancellation, Func<Task>? beside = null)
    {
        using var farm = work.Farm(PartsOfAJob);
        var client = (await cluster.JoinAsync(1, cancellation))[0];
        await farm.UploadAsync(client, isFirst: true, PartsOfAJob, cancellation);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var (started, parts, seconds, begun, measured) = (0, 0, 0.0, 0L, 0.0);
        var asking = Task.CompletedTask;
        for (; started < JobsAtOnce; started++) await StartAsync(started);
        await foreach (var message in client.ListenAsync(0, over.Token))
        {
            if (message.Status is PredictionStatus.Failed or PredictionStatus.Cancelled) throw new InvalidOperationException($"A job ended as {message.Status}: {message.Failure}");
            if (message.Status == PredictionStatus.Completed)
            {
                await StartAsync(started++);
                continue;
            }
            if (begun == 0 && message.Sequence > 2 * PartsOfAJob)
            {
                // Keys and circuits are ready on every silo by now.
                begun = Stopwatch.GetTimestamp();
                if (beside is not null) asking = beside();
                continue;
            }
            if (begun == 0) continue;
            (parts, seconds, measured) = (parts + 1, seconds + message.EvaluationSeconds, Stopwatch.GetElapsedTime(begun).TotalSeconds);
            if (measured >= work.Duration.TotalSeconds) break;
        }
        await asking;
        await client.DisposeAsync();
        return new(parts / measured, seconds / parts, parts);

        Task StartAsync(int job) => client.StartInferenceAsync(FormattableString.Invariant($"job-{job}"), BenchFarm.RequestOf("farm-0"), cancellation);
    }

    private static async Task AskAsync(NodeClient client, TimeSpan duration, List<double> milliseconds, CancellationToken cancellation)
    {
        for (var begun = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(begun) < duration;)
        {
            var asked = Stopwatch.GetTimestamp();
            await client.GetMeAsync(cancellation);
            milliseconds.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            await Task.Delay(20, cancellation);
        }
    }

    private static async Task HearAsync(NodeClient client, HashSet<string> open, List<(PredictionMessage Message, double At)> heard, CancellationToken cancellation)
    {
        await foreach (var message in client.ListenAsync(0, cancellation))
        {
            lock (heard) heard.Add((message, Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency));
            if (message.Status != PredictionStatus.PartCompleted && open.Remove(message.Inference) && open.Count == 0) return;
        }
    }

    private static int Count(List<(PredictionMessage Message, double At)> heard)
    {
        lock (heard) return heard.Count;
    }

    /// <summary>Numbers that did not come, and numbers or results that came twice.</summary>
    private static (int Missed, int Doubled) Gaps(List<(PredictionMessage Message, double At)> heard)
    {
        var numbers = heard.Select(item => item.Message.Sequence).ToList();
        var things = heard.Select(item => (item.Message.Inference, item.Message.Status, item.Message.Part)).ToList();
        return ((int)numbers.Max() - numbers.Distinct().Count(), numbers.Count - numbers.Distinct().Count() + things.Count - things.Distinct().Count());
    }

    private static double Of(List<double> values, double share) => values.Order().ElementAt(Math.Min(values.Count - 1, (int)(share * values.Count)));

    private sealed record Rate(double PartsPerSecond, double PartSeconds, int Parts);
}

/// <summary>What a cluster is given to do.</summary>
/// <param name="Duration">How long is measured, where a rate is.</param>
/// <param name="TimePoints">Time points in a window.</param>
/// <param name="Filters">Filters of the network's convolution.</param>
/// <param name="Jobs">Jobs that are under way when a silo is lost.</param>
internal sealed record ClusterWork(TimeSpan Duration, int TimePoints, int Filters, int Jobs)
{
    /// <summary>Keys and data for it.</summary>
    public BenchFarm Farm(int parts) => new(parts, TimePoints, Filters);
}
