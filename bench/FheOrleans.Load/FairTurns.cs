using System.Diagnostics;
using System.Globalization;
using System.Text;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Client.Nodes;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;

namespace FheOrleans.Load;

/// <summary>One co-operative with a queue of jobs, another with one: how much later the one is done than on an idle node.</summary>
/// <remarks>
/// Every job is the paper's network in the series form: of the many jobs each has eight parts, so that they are there long enough; the one has
/// one. The farms of the first co-operative upload the same keys and data,
/// made once; the node stores and expands them for each anew.
/// </remarks>
internal static class FairTurns
{
    private const string KeySet = "keys", Dataset = "herd", Form = "series", Many = "many", One = "one";
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

            using var farm = new Farm();
            await using var one = await JoinAsync(node, byOperator, One, "farm", farm, cancellation);
            await ProbeAsync(one, "warm", cancellation);
            var alone = await ProbesAsync(one, "alone", cancellation);

            var farms = new List<NodeClient>();
            for (var number = 0; number * JobsOfAFarm < jobs; number++)
                farms.Add(await JoinAsync(node, byOperator, Many, string.Create(CultureInfo.InvariantCulture, $"farm-{number}"), farm, cancellation));
            Report.Say($"{farms.Count} farms with keys and data; starting {jobs} jobs");
            var parallel = new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation };
            await Parallel.ForEachAsync(Enumerable.Range(0, jobs), parallel, async (job, token) =>
                await farms[job % farms.Count].StartInferenceAsync(string.Create(CultureInfo.InvariantCulture, $"job-{job}"), farm.Request, token));
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

    private static async Task<NodeClient> JoinAsync(NodeUnderLoad node, NodeClient byOperator, string tenant, string name, Farm farm, CancellationToken cancellation)
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
        await client.StartInferenceAsync(inference, new InferenceRequest(KeySet, Dataset, "farm/paper", 1, Form), cancellation);
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

    /// <summary>Keys and data of the paper's network, made once.</summary>
    private sealed class Farm : IDisposable
    {
        private const int TimePoints = 20, Features = 7;

        private readonly Network _network = PaperNetwork.Create(TimePoints, Features, seed: 5);
        private readonly CircuitPlan _plan;
        private readonly CkksParameters _parameters;
        private readonly SecretKey _secretKey;
        private readonly Dictionary<KeyObjectKind, byte[]> _keys = [];
        private readonly List<byte[]> _chunks = [];

        public Farm()
        {
            _plan = CircuitCompiler.Compile(_network, new() { Form = CircuitForm.Series }).Plan;
            _parameters = _plan.CreateParameters();
            _secretKey = SecretKey.Generate(_parameters);
            var generator = new KeyGenerator(_secretKey);
            _keys[KeyObjectKind.Public] = SealWriter.Write(generator.CreatePublicKey());
            _keys[KeyObjectKind.Relinearization] = SealWriter.Write(generator.CreateRelinearizationKeys());
            _keys[KeyObjectKind.Galois] = SealWriter.Write(generator.CreateGaloisKeys(_plan.RotationSteps));
            var random = new Random(20);
            var count = PartsOfAJob * (_parameters.SlotCount - TimePoints);
            var points = Enumerable.Range(0, count * Features).Select(_ => random.NextDouble()).ToArray();
            var packer = new WindowPacker(_plan, new WindowSet(points, Features, TimePoints, [.. Enumerable.Range(0, count - TimePoints + 1)]));
            var (encoder, encryptor) = (new CkksEncoder(_parameters), new SymmetricEncryptor(_secretKey));
            for (var part = 0; part < PartsOfAJob; part++)
                _chunks.Add([.. packer.Pack(part).SelectMany(input => SealWriter.Write(encryptor.Encrypt(encoder.Encode(input, _plan.InputScale, _plan.InputLevel))))]);
        }

        /// <summary>A job of the tenant with many: its model is the first farm's.</summary>
        public InferenceRequest Request { get; } = new(KeySet, Dataset, "farm-0/paper", 1, Form);

        public async Task UploadAsync(NodeClient client, bool isFirst, int parts, CancellationToken cancellation)
        {
            if (isFirst) await client.PublishModelAsync("paper", _network.ToJson(), ModelVisibility.Tenant, cancellation);
            var declared = await client.DeclareKeySetAsync(
                KeySet, SealWriter.Write(_parameters), _plan.RotationSteps, conjugation: false, _plan.NeedsRelinearizationKeys, cancellation);
            foreach (var item in declared.Objects)
                await client.UploadKeyObjectAsync(KeySet, item.Kind, _keys[item.Kind], cancellation: cancellation);
            var herd = new DatasetDeclaration(
                KeySet, parts, _plan.InputCiphertexts, _plan.InputCiphertexts, _plan.InputLevel, _plan.InputScale, Form);
            await client.DeclareDatasetAsync(Dataset, herd, cancellation);
            for (var part = 0; part < parts; part++) await client.UploadChunkAsync(Dataset, part, _chunks[part], cancellation);
        }

        public void Dispose() => _secretKey.Dispose();
    }
}
