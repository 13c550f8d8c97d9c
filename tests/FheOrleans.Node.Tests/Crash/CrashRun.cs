using System.Diagnostics;
using System.Globalization;
using FheOrleans.Client.Nodes;
using FheOrleans.Node.Tests.Support;
using FheOrleans.Silo.Storage;

namespace FheOrleans.Node.Tests.Crash;

/// <summary>
/// Kills a real node with SIGKILL at random moments while data owners work, starts it again on the same folder, and checks at the end that
/// everything acknowledged is there and every accepted job has ended with the right numbers.
/// </summary>
internal static class CrashRun
{
    private static readonly NodeClientOptions Patient = new()
    {
        FirstRetryWait = TimeSpan.FromMilliseconds(20),
        LongestRetryWait = TimeSpan.FromMilliseconds(200),
        Retries = 400,
        ReconnectFor = TimeSpan.FromMinutes(2),
    };

    /// <summary>Runs it.</summary>
    /// <param name="kills">How often the node is killed.</param>
    /// <param name="seed">Draws the owners' doings and the moments of the kills; what the machine does between them it cannot.</param>
    /// <param name="report">Told of each kill; may be null.</param>
    /// <param name="longestUptime">The longest that the node runs before it is killed, in milliseconds after it is ready.</param>
    /// <returns>One line that says what was done.</returns>
    /// <exception cref="CrashFinding">Something acknowledged was missing or wrong.</exception>
    public static async Task<string> RunAsync(int kills, int seed, Action<string>? report = null, int longestUptime = 3000)
    {
        var begun = Stopwatch.GetTimestamp();
        var random = new Random(seed);
        using var place = new TemporaryFolder();
        await using var node = await CrashNode.StartAsync(place["node"]);
        var key = await KeyAsync(node);
        using var linear = CrashFarm.Linear(random);
        using var square = CrashFarm.Square(random);
        await using (var byOperator = new NodeClient(node.Address, node.OperatorToken))
        {
            await byOperator.CreateTenantAsync("vale");
            // Not what is tested here.
            await byOperator.SetQuotasAsync("vale", new(KeySets: 1000, Datasets: 10_000, QueuedInferences: 1000, RunningInferences: 100, RequestsPerMinute: 1_000_000));
        }
        var owners = new List<CrashOwner>();
        var listeners = new List<CrashListener>();
        foreach (var (name, farm) in new[] { ("brook", linear), ("hill", square), ("moor", linear) })
        {
            var joined = await Joining.JoinAsync(node.Address, node.OperatorToken, "vale", name);
            owners.Add(new(farm, new NodeClient(node.Address, joined.Token, Patient), new Random(random.Next())));
            listeners.Add(new(owners[^1], key));
        }
        var live = await Joining.JoinAsync(node.Address, node.OperatorToken, "vale", "live");
        await using var liveClient = new NodeClient(node.Address, live.Token, Patient);
        using var appending = new CrashLive(liveClient, key);

        using var stop = new CancellationTokenSource();
        using var deaf = new CancellationTokenSource();
        var working = owners.Select(owner => Task.Run(() => owner.WorkAsync(stop.Token))).Append(Task.Run(() => appending.WorkAsync(stop.Token))).ToArray();
        var listening = listeners.Select(listener => Task.Run(() => listener.ListenAsync(deaf.Token))).Append(Task.Run(() => appending.ListenAsync(deaf.Token))).ToArray();
        for (var kill = 1; kill <= kills; kill++)
        {
            // Half of them soon after the start, while unfinished work is taken up; half when work is under way.
            await Task.Delay(random.Next(2) == 0 ? random.Next(10, 400) : random.Next(400, longestUptime));
            await node.KillAndStartAsync();
            report?.Invoke(string.Create(CultureInfo.InvariantCulture, $"kill {kill}: ready again in {node.Starts[^1]:F1} s, {owners.Sum(owner => owner.Jobs.Count)} jobs so far"));
            // A finding ends the run at once, with the kill it came after.
            foreach (var task in working.Concat(listening)) if (task.IsFaulted) await task;
        }
        await stop.CancelAsync();
        await Task.WhenAll(working);

        var entries = 0;
        for (var i = 0; i < owners.Count; i++) entries += await CheckOwnerAsync(owners[i], listeners[i], listening[i], key);
        await appending.CheckAsync(listening[^1]);
        await deaf.CancelAsync();
        foreach (var task in listening) await task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var owner in owners) await owner.Client.DisposeAsync();
        await node.DisposeAsync();
        await CheckFileAsync(place["node"], owners);

        var jobs = owners.SelectMany(owner => owner.Jobs).ToArray();
        var starts = node.Starts.Skip(1).Order().ToArray();
        var (median, most) = starts.Length == 0 ? (0, 0) : (starts[starts.Length / 2], starts[^1]);
        FormattableString[] facts =
        [
            $"{kills} kills, nothing lost: {owners.Sum(owner => owner.KeySets.Count)} key sets, {jobs.Length} datasets and inferences (",
            $"{jobs.Count(job => job.End == InferenceStatus.Completed)} completed, {jobs.Count(job => job.End == InferenceStatus.Cancelled)} cancelled, ",
            $"{jobs.Count(job => job.IsInferenceDeleted)} deleted), {jobs.Count(job => job.IsDatasetDeleted)} datasets deleted, ",
            $"{listeners.Sum(listener => listener.Last)} events without a gap, {appending.Points} live points, {entries} ledger entries; ",
            $"restart {median:F1} s median, {most:F1} s at most; {Stopwatch.GetElapsedTime(begun).TotalSeconds:F0} s; seed {seed}",
        ];
        return string.Concat(facts.Select(FormattableString.Invariant));
    }

    private static async Task<NodePublicKey> KeyAsync(CrashNode node)
    {
        await using var stranger = new NodeClient(node.Address, token: null);
        return (await stranger.GetNodeAsync()).Key;
    }

    private static async Task<int> CheckOwnerAsync(CrashOwner owner, CrashListener listener, Task listening, NodePublicKey key)
    {
        var ends = new Dictionary<CrashJob, InferenceDescription>();
        foreach (var job in owner.Jobs.Where(job => job.IsAccepted && !job.IsInferenceDeleted)) ends[job] = await owner.EndOfAsync(job);
        var last = (await CrashOwner.UntilAsync(() => owner.Client.GetMeAsync())).LastSequence;
        await HearAsync(listener, listening, last);
        foreach (var (job, end) in ends)
        {
            listener.CheckEnd(job, end.Status);
            for (var part = 0; end.Status == InferenceStatus.Completed && part < end.Parts; part++)
            {
                var result = await owner.Client.DownloadResultAsync(job.Inference, part);
                CrashListener.CheckPart(owner.Farm, key, job.Inference, part, result, await owner.Client.GetReceiptAsync(job.Inference, part));
            }
        }

        var ledger = await CrashLedger.ReadAsync(owner.Client, key);
        foreach (var head in owner.Heads) ledger.RequireHead(head);
        foreach (var (keySet, isDeleted) in owner.KeySets)
        {
            ledger.RequireOnce("keySetStored", keySet, owner.Farm.KeySetSha256);
            if (isDeleted) ledger.RequireOnce("keySetDeleted", keySet);
        }
        foreach (var job in owner.Jobs)
        {
            if (job.IsDatasetComplete) ledger.RequireOnce("datasetCompleted", job.Dataset, owner.Farm.DatasetSha256);
            if (job.IsDatasetDeleted) ledger.RequireOnce("datasetDeleted", job.Dataset);
            else if (!(await owner.Client.GetDatasetAsync(job.Dataset)).Complete) throw new CrashFinding($"{job.Dataset} was complete and is not");
            if (job.IsInferenceDeleted) ledger.RequireOnce("inferenceDeleted", job.Inference);
            if (!ends.TryGetValue(job, out var end)) continue;
            ledger.RequireOnce($"inference{end.Status}", job.Inference);
            if (end.Status != InferenceStatus.Completed) continue;
            var whole = await owner.Client.GetReceiptAsync(job.Inference, part: null);
            CrashLedger.Checked($"receipt of {job.Inference}", whole, key);
            ledger.RequireOnce("inferenceCompleted", job.Inference, CrashLedger.HashOf(whole.Statement));
        }
        return ledger.Count;
    }

    private static async Task HearAsync(CrashListener listener, Task listening, long last)
    {
        var begun = Stopwatch.GetTimestamp();
        while (listener.Last < last)
        {
            if (listening.IsCompleted) await listening;
            if (Stopwatch.GetElapsedTime(begun) > NodeProcess.Patience) throw new CrashFinding($"event {listener.Last + 1} of {last} was not heard of");
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    /// <summary>The file itself, when the node is gone: whole, and without anything of what was deleted.</summary>
    private static async Task CheckFileAsync(string data, List<CrashOwner> owners)
    {
        using var database = new SqliteDatabase(Path.Combine(data, SqliteStorageExtensions.FileName));
        var verdict = await database.ReadAsync(
            connection =>
            {
                using var command = connection.CreateCommand();
                command.CommandText = "PRAGMA integrity_check";
                return (string)command.ExecuteScalar()!;
            },
            CancellationToken.None);
        if (verdict != "ok") throw new CrashFinding($"the database is damaged: {verdict}");
        var payloads = new SqlitePayloadStore(database);
        foreach (var (owner, name) in owners.Zip(["brook", "hill", "moor"]))
        {
            foreach (var job in owner.Jobs)
            {
                if (job.IsDatasetDeleted) await EmptyAsync($"vale/{name}/datasets/{job.Dataset}");
                if (job.IsInferenceDeleted) await EmptyAsync($"vale/{name}/inferences/{job.Inference}");
            }
        }

        async Task EmptyAsync(string path)
        {
            if (await payloads.MeasureAsync(path) != 0) throw new CrashFinding($"{path} was deleted and has bytes");
        }
    }
}
