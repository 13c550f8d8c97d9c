using System.Security.Cryptography;
using System.Text.Json;

namespace FheOrleans.Node.Tests.Crash;

/// <summary>Hears one owner's events from the first to the last, over every restart, and checks each result with its receipt as it comes.</summary>
internal sealed class CrashListener(CrashOwner owner, NodePublicKey key)
{
    private readonly HashSet<(string Inference, int Part)> _parts = [];
    private readonly Dictionary<string, PredictionStatus> _ends = [];

    public long Last { get; private set; }

    public async Task ListenAsync(CancellationToken stop)
    {
        await CrashOwner.ListenAsync(owner.Client, () => Last, Take, stop);
    }

    /// <summary>Holds what was heard against what happened.</summary>
    public void CheckEnd(CrashJob job, InferenceStatus end)
    {
        if (!_ends.TryGetValue(job.Inference, out var heard) || heard.ToString() != end.ToString())
            throw new CrashFinding($"{job.Inference} is {end}, and its events say {(_ends.TryGetValue(job.Inference, out var other) ? other : "nothing")}");
        var parts = _parts.Count(part => part.Inference == job.Inference);
        if (end == InferenceStatus.Completed && parts != owner.Farm.Batches) throw new CrashFinding($"{job.Inference} is completed, and {parts} of {owner.Farm.Batches} parts were heard of");
    }

    private void Take(PredictionMessage message)
    {
        if (message.Sequence != Last + 1) throw new CrashFinding($"event {message.Sequence} came after event {Last}");
        Last = message.Sequence;
        if (message.Status != PredictionStatus.PartCompleted)
        {
            if (!_ends.TryAdd(message.Inference, message.Status)) throw new CrashFinding($"{message.Inference} ended twice");
            if (message.Status == PredictionStatus.Completed && message.Receipt is not null) CrashLedger.Checked($"receipt of {message.Inference}", message.Receipt, key);
            return;
        }
        if (!_parts.Add((message.Inference, message.Part))) throw new CrashFinding($"part {message.Part} of {message.Inference} came twice");
        if (message.Result is not null) CheckPart(owner.Farm, key, message.Inference, message.Part, message.Result, message.Receipt);
    }

    /// <summary>A result with its receipt: signature, hashes, and the numbers themselves.</summary>
    public static void CheckPart(CrashFarm farm, NodePublicKey key, string inference, int part, byte[] result, SignedStatement? receipt)
    {
        var what = $"receipt of part {part} of {inference}";
        var members = CrashLedger.Checked(what, receipt, key);
        Same("resultSha256", Convert.ToHexStringLower(SHA256.HashData(result)));
        Same("inputSha256", farm.InputSha256(part));
        Same("keySetSha256", farm.KeySetSha256);
        Same("modelSha256", Convert.ToHexStringLower(SHA256.HashData(farm.NetworkJson)));
        Same("inference", inference);
        farm.CheckResult($"part {part} of {inference}", part, result);

        void Same(string name, string expected)
        {
            if (members.GetProperty(name) is not { ValueKind: JsonValueKind.String } found || found.GetString() != expected)
                throw new CrashFinding($"the {what} has another {name} than what was sent and received");
        }
    }
}
