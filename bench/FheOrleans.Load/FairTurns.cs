using System.Diagnostics;
using System.Globalization;
using System.Text;
using FheOrleans.Client.Nodes;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Load;

/// <summary>One co-operative with a queue of jobs, another with one: how much later the one is done than on an idle node.</summary>
/// <remarks>
/// Every job is the paper's network in the series form: of the many jobs each has eight parts, so that they are there long enough; the one has
/// one. The farms of the first co-operative upload the same keys and data,
/// made once; the node stores and expands them for each anew.
/// </remarks>
internal static class FairTurns
{
    private const string Many = "many", One = "one";
    private const int JobsOfAFarm = 25, PartsOfAJob = 8, Probes = 10, AtOnce = 4;

    public static async Task<Report> RunAsync(int jobs, int? workers, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("fheorleans-fair-").FullName;
        try
        {
            string[] options = workers is null ? [] : ["--workers", workers.Value.ToString(CultureInfo.InvariantCulture)];
            await using var node = await NodeUnderLoad.StartAsync(folder, options);
            await using var byOperator = node.Operator();
            foreach (var tenant in new[] { Many, One }) await byOperator.CreateTenantAsync(tenant, cancellation);
            await byOperator.SetQuotasAsync(Many, new TenantQuotas(QueuedInferences: jobs, RequestsPerMinute: 600_000), cancellation);

            using var farm = new BenchFarm(PartsOfAJob);
            await using var one = await JoinAsync(node, byOperator, One, "farm", farm, cancellation);
            await ProbeAsync(one, "warm", cancellation);
            var alone = await ProbesAsync(one, "alone", cancellation);

            var farms = new List<NodeClient>();
            for (var number = 0; number * JobsOfAFarm < jobs; number++)
                farms.Add(await JoinAsync(node, byOperator, Many, string.Create(CultureInfo.InvariantCulture, $"farm-{number}"), farm, cancellation));
            Report.Say($"{farms.Count} farms with keys and data; starting {jobs} jobs");
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };
            await Parallel.ForEachAsync(Enumerable.Range(0, jobs), parallel, async (job, token) =>
                await farms[job % farms.Count].StartInferenceAsync(string.Create(CultureInfo.InvariantCulture, $"job-{job}"), BenchFarm.RequestOf("farm-0"), token));
            var before = (await byOperator.GetTenantAsync(Many, cancellation)).Usage;
            Report.Say($"{before.QueuedInferences} queued and {before.RunningInferences} running; one more of another tenant");
            var beside = await ProbesAsync(one, "beside", cancellation);
            var after = (await byOperator.GetTenantAsync(Many, cancellation)).Usage;
            foreach (var client in farms) await client.DisposeAsync();

            var part = alone.Median(probe => probe.Evaluation);
            var partBeside = beside.Max(probe => probe.Evaluation);
            var delay = beside.Max(probe => probe.Elapsed) - alone.Median(probe => probe.Elapsed);
            var waiting = (before.QueuedInferences + before.RunningInferences, after.QueuedInferences + after.RunningInferences);
            var text = new StringBuilder();
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"{waiting.Item1} unfinished jobs of one tenant when the probes of another began, {waiting.Item2} when they ended; {Probes} probes, one after another");
            text.AppendLine(CultureInfo.InvariantCulture, $"alone:  {Text(alone)}");
            text.AppendLine(CultureInfo.InvariantCulture, $"beside: {Text(beside)}");
            text.Append(
                CultureInfo.InvariantCulture,
                $"largest delay {delay:F2} s; a part's evaluation takes {part:F2} s alone and at most {partBeside:F2} s beside");
            var facts = new { jobs, unfinishedBefore = waiting.Item1, unfinishedAfter = waiting.Item2, alone, beside, largestDelaySeconds = delay };
            return new(text.ToString(), facts, IsGood: waiting.Item2 > 0);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Text(List<Probe> probes) => string.Create(
        CultureInfo.InvariantCulture,
        $"median {probes.Median(probe => probe.Elapsed):F2} s, largest {probes.Max(probe => probe.Elapsed):F2} s from the request to the last event; "
        + $"evaluation {probes.Median(probe => probe.Evaluation):F2} s");

    private static double Median(this List<Probe> probes, Func<Probe, double> value) => probes.Select(value).Order().ElementAt(probes.Count / 2);

    private static async Task<NodeClient> JoinAsync(NodeUnderLoad node, NodeClient byOperator, string tenant, string name, BenchFarm farm, CancellationToken cancellation)
    {
        var client = await node.JoinAsync(byOperator, tenant, name, cancellation);
        await farm.UploadAsync(client, isFirst: name is "farm" or "farm-0", tenant == Many ? PartsOfAJob : 1, cancellation);
        return client;
    }

    private static async Task<List<Probe>> ProbesAsync(NodeClient client, string name, CancellationToken cancellation)
    {
        var probes = new List<Probe>();
        for (var number = 0; number < Probes; number++)
            probes.Add(await ProbeAsync(client, string.Create(CultureInfo.InvariantCulture, $"{name}-{number}"), cancellation));
        return probes;
    }

    private static async Task<Probe> ProbeAsync(NodeClient client, string inference, CancellationToken cancellation)
    {
        var last = (await client.GetMeAsync(cancellation)).LastSequence;
        var begun = Stopwatch.GetTimestamp();
        await client.StartInferenceAsync(inference, BenchFarm.RequestOf("farm"), cancellation);
        await foreach (var message in client.ListenAsync(last, cancellation))
        {
            if (message.Inference != inference || message.Status == PredictionStatus.PartCompleted) continue;
            if (message.Status != PredictionStatus.Completed) throw new InvalidOperationException($"A probe ended as {message.Status}: {message.Failure}");
            return new(Stopwatch.GetElapsedTime(begun).TotalSeconds, message.EvaluationSeconds);
        }
        throw new InvalidOperationException("The stream of predictions ended, which it never should.");
    }

    /// <summary>One job: from the request to the event of its end, and the evaluation in it, in seconds.</summary>
    private sealed record Probe(double Elapsed, double Evaluation);
}
