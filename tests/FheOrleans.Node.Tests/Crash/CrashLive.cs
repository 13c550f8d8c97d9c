using System.Diagnostics;
using System.Security.Cryptography;
using FheOrleans.Client.Nodes;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Node.Tests.Crash;

/// <summary>A data owner that appends points to a live forecast, and hears each prediction once and in order.</summary>
internal sealed class CrashLive(NodeClient client, NodePublicKey key) : IDisposable
{
    private const string Id = "herd";

    /// <summary>The first forecast comes after the third point.</summary>
    private const int FirstForecast = 3;

    private readonly LiveFarm _farm = LiveFarm.Create();
    private int _heard = FirstForecast - 1;

    /// <summary>Points that were acknowledged.</summary>
    public int Points { get; private set; }

    public async Task WorkAsync(CancellationToken stop)
    {
        await CrashOwner.UntilAsync(async () =>
        {
            await _farm.SubscribeAsync(client, Id);
            return 0;
        });
        while (!stop.IsCancellationRequested)
        {
            var next = Points + 1;
            await CrashOwner.UntilAsync(() => _farm.AppendAsync(client, Id, next));
            Points = next;
        }
    }

    public Task ListenAsync(CancellationToken stop) => CrashOwner.ListenAsync(client, () => _heard + 1 - FirstForecast, Take, stop);

    public async Task CheckAsync(Task listening)
    {
        var description = await CrashOwner.UntilAsync(() => client.GetSubscriptionAsync(Id));
        if (description.Appended != Points) throw new CrashFinding($"{Points} points were acknowledged, and the node has {description.Appended}");
        var ledger = await CrashLedger.ReadAsync(client, key);
        if (ledger.CountOf("datasetAppended", Id) != Points) throw new CrashFinding($"the ledger has {ledger.CountOf("datasetAppended", Id)} of {Points} points");
        var begun = Stopwatch.GetTimestamp();
        while (_heard < Points)
        {
            if (listening.IsCompleted) await listening;
            if (Stopwatch.GetElapsedTime(begun) > NodeProcess.Patience) throw new CrashFinding($"the forecast after point {_heard + 1} of {Points} did not come");
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }

    private void Take(PredictionMessage message)
    {
        if (message.Part != _heard + 1 || message.Sequence != _heard + 2 - FirstForecast)
            throw new CrashFinding($"the forecast after point {message.Part} came as event {message.Sequence}, after the one of point {_heard}");
        var receipt = CrashLedger.Checked($"receipt of point {message.Part}", message.Receipt, key);
        if (receipt.GetProperty("resultSha256").GetString() != Convert.ToHexStringLower(SHA256.HashData(message.Result!)) || receipt.GetProperty("point").GetInt32() != message.Part)
            throw new CrashFinding($"the receipt of point {message.Part} is of another result");
        _farm.AssertForecast(message);
        _heard = message.Part;
    }

    public void Dispose() => _farm.Dispose();
}
