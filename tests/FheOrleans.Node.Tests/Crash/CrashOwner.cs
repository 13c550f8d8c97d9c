using System.Globalization;
using FheOrleans.Client.Nodes;

namespace FheOrleans.Node.Tests.Crash;

/// <summary>What a data owner was promised about one job.</summary>
internal sealed class CrashJob(int number, string keySet)
{
    public string Dataset { get; } = string.Create(CultureInfo.InvariantCulture, $"d-{number}");

    public string Inference { get; } = string.Create(CultureInfo.InvariantCulture, $"i-{number}");

    public string KeySet { get; } = keySet;

    public bool IsDatasetComplete { get; set; }

    public bool IsDatasetDeleted { get; set; }

    public bool IsAccepted { get; set; }

    public bool IsInferenceDeleted { get; set; }

    /// <summary>The end that was told; null before.</summary>
    public InferenceStatus? End { get; set; }
}

/// <summary>
/// A data owner at work while its node is killed again and again: it uploads, starts, cancels, reads and deletes, asks again whatever was not
/// answered, and remembers every answer.
/// </summary>
internal sealed class CrashOwner(CrashFarm farm, NodeClient client, Random random)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    /// <summary>Fewer than a data owner may have.</summary>
    private const int MostKeySets = 12;

    private string? _keySet;
    private int _keySets;

    public CrashFarm Farm => farm;

    public NodeClient Client => client;

    public List<CrashJob> Jobs { get; } = [];

    /// <summary>Key sets that were acknowledged as complete, and whether their deletion was.</summary>
    public Dictionary<string, bool> KeySets { get; } = [];

    /// <summary>Number and hash of the ledger's last entry, whenever it was looked at.</summary>
    public List<(long Number, string Sha256)> Heads { get; } = [];

    /// <summary>Works until it is told to stop, and ends what it has begun.</summary>
    public async Task WorkAsync(CancellationToken stop)
    {
        await UntilAsync(() => client.PublishModelAsync(CrashFarm.Model, farm.NetworkJson, ModelVisibility.Owner));
        var model = (await UntilAsync(() => client.GetMeAsync())).Owner + "/" + CrashFarm.Model;
        while (!stop.IsCancellationRequested)
        {
            if (_keySet is null || (random.NextDouble() < 0.1 && KeySets.Values.Count(isDeleted => !isDeleted) < MostKeySets)) await UploadKeysAsync();
            var job = new CrashJob(Jobs.Count, _keySet!);
            Jobs.Add(job);
            await UploadDataAsync(job);
            var request = new InferenceRequest(job.KeySet, job.Dataset, model, 1, farm.Plan.Form.ToString());
            await UntilAsync(() => client.StartInferenceAsync(job.Inference, request));
            job.IsAccepted = true;
            await GoOnAsync(job);
            await LookBackAsync();
        }
    }

    /// <summary>Asks until there is an answer that does not pass.</summary>
    public static async Task<T> UntilAsync<T>(Func<Task<T>> ask)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return await ask();
            }
            catch (NodeException fault) when (fault.IsTransient && TimeProvider.System.GetElapsedTime(begun) < Patience)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }
        }
    }

    /// <summary>Listens over every restart. The client itself gives up where the very first connection fails: somebody waits for it.</summary>
    public static async Task ListenAsync(NodeClient client, Func<long> last, Action<PredictionMessage> take, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                await foreach (var message in client.ListenAsync(last(), stop)) take(message);
            }
            catch (NodeException fault) when (fault.IsTransient)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), stop);
            }
        }
    }

    /// <summary>Waits for the end of a job that was accepted: every one ends.</summary>
    public async Task<InferenceDescription> EndOfAsync(CrashJob job)
    {
        var begun = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var description = await UntilAsync(() => client.GetInferenceAsync(job.Inference));
            if (description.Ended is not null)
            {
                job.End ??= description.Status;
                return job.End == description.Status ? description : throw new CrashFinding($"{job.Inference} was {job.End} and is {description.Status}");
            }
            if (TimeProvider.System.GetElapsedTime(begun) > Patience) throw new CrashFinding($"{job.Inference} was accepted and does not end; it is {description.Status}");
            await Task.Delay(TimeSpan.FromMilliseconds(25));
        }
    }

    private async Task UploadKeysAsync()
    {
        var id = string.Create(CultureInfo.InvariantCulture, $"k-{_keySets++}");
        await UntilAsync(() => client.DeclareKeySetAsync(id, farm.ParameterBytes, farm.Plan.RotationSteps, conjugation: false, farm.Plan.NeedsRelinearizationKeys));
        foreach (var (kind, bytes) in farm.Keys)
        {
            await UntilAsync(async () =>
            {
                await client.UploadKeyObjectAsync(id, kind, bytes);
                return 0;
            });
        }
        KeySets[id] = false;
        _keySet = id;
    }

    private async Task UploadDataAsync(CrashJob job)
    {
        var declaration = farm.Declaration(job.KeySet);
        await UntilAsync(() => client.DeclareDatasetAsync(job.Dataset, declaration));
        var order = Enumerable.Range(0, farm.Chunks.Length).ToArray();
        random.Shuffle(order);
        var acknowledged = new List<int>();
        foreach (var index in order)
        {
            await UntilAsync(() => client.UploadChunkAsync(job.Dataset, index, farm.Chunks[index]));
            acknowledged.Add(index);
            if (random.NextDouble() > 0.3) continue;
            var there = await UntilAsync(() => client.GetDatasetAsync(job.Dataset));
            if (acknowledged.Except(there.Received).Any()) throw new CrashFinding($"{job.Dataset}: an acknowledged chunk is missing");
        }
        job.IsDatasetComplete = true;
    }

    private async Task GoOnAsync(CrashJob job)
    {
        switch (random.NextDouble())
        {
            case < 0.2:
                job.End = (await UntilAsync(() => client.CancelInferenceAsync(job.Inference))).Status;
                if (job.End is not (InferenceStatus.Cancelled or InferenceStatus.Completed)) throw new CrashFinding($"{job.Inference} was cancelled and is {job.End}");
                break;
            case < 0.3:
                await DeleteDatasetAsync(job); // Under the running inference.
                break;
            case < 0.35:
                var keySet = _keySet!;
                _keySet = null;
                await DeleteAsync(() => client.DeleteKeySetAsync(keySet), () => client.GetKeySetAsync(keySet), keySet);
                KeySets[keySet] = true;
                break;
            case < 0.7:
                var end = await EndOfAsync(job);
                if (end.Status == InferenceStatus.Failed) throw new CrashFinding($"{job.Inference} failed: {end.Failure}");
                break;
        }
    }

    private async Task LookBackAsync()
    {
        var job = Jobs[random.Next(Jobs.Count)];
        if (!job.IsDatasetDeleted)
        {
            var dataset = await UntilAsync(() => client.GetDatasetAsync(job.Dataset));
            if (!dataset.Complete) throw new CrashFinding($"{job.Dataset} was complete and is not");
            if (random.NextDouble() < 0.2) await DeleteDatasetAsync(job);
        }
        if (!job.IsInferenceDeleted && random.NextDouble() < 0.2)
        {
            await DeleteAsync(() => client.DeleteInferenceAsync(job.Inference), () => client.GetInferenceAsync(job.Inference), job.Inference);
            job.IsInferenceDeleted = true;
        }
        if (random.NextDouble() < 0.3) Heads.Add(await CrashLedger.HeadAsync(client));
    }

    private async Task DeleteDatasetAsync(CrashJob job)
    {
        await DeleteAsync(() => client.DeleteDatasetAsync(job.Dataset), () => client.GetDatasetAsync(job.Dataset), job.Dataset);
        job.IsDatasetDeleted = true;
    }

    private static async Task DeleteAsync<T>(Func<Task> delete, Func<Task<T>> read, string what)
    {
        await UntilAsync(async () =>
        {
            await delete();
            return 0;
        });
        try
        {
            await UntilAsync(read);
        }
        catch (NodeRefusedException fault) when (fault.Type == ProblemTypes.NotFound)
        {
            return;
        }
        throw new CrashFinding($"{what} was deleted and is there");
    }
}
