using System.Diagnostics;
using System.Globalization;
using System.Text;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Load;

/// <summary>Data owners that joined, uploaded keys, and went to sleep.</summary>
/// <remarks>
/// Keys of the paper's circuits would be some 4.5 MB an owner, 45 GB of disk for ten thousand. So the keys here are real ones of the
/// smallest ring with one data prime, N = 4096 and {36, 36} bits, a public key each: about 66 KB compressed by nothing but its seed.
/// Every owner uploads the same bytes, made once, and the node stores them for every owner anew: it shares nothing between owners. What
/// is measured is memory, of which none may depend on how large the keys are.
/// </remarks>
internal static class IdleOwners
{
    private const int OwnersPerTenant = 500, AtOnce = 8;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    // A key set's grain stays for two minutes after its last request, whatever --idle says; then the host looks, and collects at its
    // next look.
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(2) + (4 * Idle);

    public static async Task<Report> RunAsync(int owners, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("fheorleans-idle-").FullName;
        try
        {
            await using var heap = await NodeHeap.ListenAsync();
            var idle = Idle.TotalSeconds.ToString(CultureInfo.InvariantCulture);
            string[] options = ["--idle", idle, "--connections", "2000", .. heap.Options];
            var points = new List<IdlePoint>();
            IdlePoint fresh, restarted;
            var took = TimeSpan.Zero;
            await using (var node = await NodeUnderLoad.StartAsync(folder, options))
            {
                // Doubled from point to point: what the process holds whoever asked comes with the first, and what is an owner's shows
                // in the last.
                foreach (var registered in (int[])[owners / 8, owners / 4, owners / 2, owners])
                {
                    var started = Stopwatch.GetTimestamp();
                    await RegisterAsync(node, points is [.., var last] ? last.Owners : 0, registered, cancellation);
                    took += Stopwatch.GetElapsedTime(started);
                    points.Add(await SettledAsync(node, heap, registered, cancellation));
                }
            }
            var emptyFolder = Path.Combine(folder, "empty");
            await using (var node = await NodeUnderLoad.StartAsync(emptyFolder, options))
                fresh = await SettledAsync(node, heap, 0, cancellation);
            await using (var node = await NodeUnderLoad.StartAsync(folder, options))
                restarted = await SettledAsync(node, heap, owners, cancellation);
            return Summarize(points, fresh, restarted, took, new FileInfo(Path.Combine(folder, "node.sqlite")).Length);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Report Summarize(List<IdlePoint> points, IdlePoint fresh, IdlePoint restarted, TimeSpan took, long disk)
    {
        var (half, all) = (points[^2], points[^1]);
        var text = new StringBuilder();
        Say($"{all.Owners} data owners with keys (N = 4096, a public key each), registered in {took.TotalSeconds:F0} s, {disk >> 20} MiB of disk");
        Say($"node's memory, MiB, when all are idle: resident; .NET's heap after a full collection; resident after that");
        foreach (var point in points) Say($"{point.Owners,8} owners: {Described(point)}");
        Say($"for each owner of the last half: {PerOwner(half, all)}");
        Say($"  empty database: {Described(fresh)}");
        Say($" after a restart: {Described(restarted)}");
        text.Append(CultureInfo.InvariantCulture, $"for each owner after a restart: {PerOwner(fresh, restarted)}");
        var facts = new { points, fresh, restarted, registeredInSeconds = took.TotalSeconds, databaseBytes = disk };
        return new(text.ToString(), facts, IsGood: true);

        void Say(FormattableString line) => text.AppendLine(FormattableString.Invariant(line));

        static string Described(IdlePoint point) => FormattableString.Invariant($"{Mebi(point.Resident)}; {point.Heap}; {Mebi(point.Collected)}");

        static double Mebi(long bytes) => Math.Round(bytes / 1048576.0, 1);

        static string PerOwner(IdlePoint from, IdlePoint to)
        {
            double owners = to.Owners - from.Owners;
            var (resident, heap) = ((to.Collected - from.Collected) / owners, (to.Heap.Bytes - from.Heap.Bytes) / owners);
            return string.Create(CultureInfo.InvariantCulture, $"{resident:F0} bytes resident, {heap:F0} in .NET's heap");
        }
    }

    private static async Task RegisterAsync(NodeUnderLoad node, int from, int to, CancellationToken cancellation)
    {
        var parameters = CkksParameters.Create(4096, [36, 36]);
        using var secretKey = SecretKey.Generate(parameters);
        var (parameterBytes, publicKey) = (SealWriter.Write(parameters), SealWriter.Write(new KeyGenerator(secretKey).CreatePublicKey()));
        await using var byOperator = node.Operator();
        await Parallel.ForEachAsync(
            Enumerable.Range(from, to - from).GroupBy(number => number / OwnersPerTenant),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (tenant, token) =>
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"coop-{tenant.Key}");
                if (tenant.Min() % OwnersPerTenant == 0) await byOperator.CreateTenantAsync(name, token);
                foreach (var number in tenant)
                {
                    var farm = string.Create(CultureInfo.InvariantCulture, $"farm-{number}");
                    await using var owner = await node.JoinAsync(byOperator, name, farm, token);
                    await owner.DeclareKeySetAsync("keys", parameterBytes, [], conjugation: false, relinearization: false, token);
                    await owner.UploadKeyObjectAsync("keys", KeyObjectKind.Public, publicKey, cancellation: token);
                    if (number % 500 == 499) Report.Say($"{number + 1} owners, {node.ResidentBytes >> 20} MiB");
                }
            });
    }

    /// <summary>
    /// The node's memory once nobody has asked it for long enough that idle grains have gone, and what a full collection makes of it.
    /// </summary>
    private static async Task<IdlePoint> SettledAsync(NodeUnderLoad node, NodeHeap heap, int owners, CancellationToken cancellation)
    {
        await Task.Delay(Settling, cancellation);
        var resident = node.ResidentBytes;
        var collected = await heap.CollectAsync(node.ProcessId, cancellation);
        Report.Say($"{owners} owners idle, {resident >> 20} MiB resident, heap {collected}");
        return new(owners, resident, collected, node.ResidentBytes);
    }

    /// <summary>A node at rest: bytes resident, its heap after a full collection, bytes resident after that.</summary>
    private sealed record IdlePoint(int Owners, long Resident, HeapFacts Heap, long Collected);
}
