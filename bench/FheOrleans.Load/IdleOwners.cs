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
/// Keys of the paper's circuits would be some 4.5 MB an owner, 45 GB of disk for ten thousand. So the keys here are real ones of the smallest
/// ring with one data prime, N = 4096 and {36, 36} bits, a public key each: about 66 KB compressed by nothing but its seed. Every owner uploads
/// the same bytes, made once, and the node stores them for every owner anew: it shares nothing between owners. What is measured is memory, of
/// which none may depend on how large the keys are.
/// </remarks>
internal static class IdleOwners
{
    private const int OwnersPerTenant = 500, AtOnce = 8;
    private static readonly TimeSpan Idle = TimeSpan.FromSeconds(5);

    // A key set's grain stays for two minutes after its last request, whatever --idle says; then the host looks, and collects at its next look.
    private static readonly TimeSpan Settling = TimeSpan.FromMinutes(2) + (4 * Idle);

    public static async Task<Report> RunAsync(int owners, CancellationToken cancellation)
    {
        var folder = Directory.CreateTempSubdirectory("fheorleans-idle-").FullName;
        try
        {
            string[] options = ["--idle", Idle.TotalSeconds.ToString(CultureInfo.InvariantCulture), "--connections", "2000"];
            long half, settled, fresh, restarted;
            TimeSpan took;
            await using (var node = await NodeUnderLoad.StartAsync(folder, options))
            {
                var started = Stopwatch.GetTimestamp();
                // The first half also brings the process to what a busy hour makes of it; the second half is what owners add.
                await RegisterAsync(node, 0, owners / 2, cancellation);
                half = await SettledAsync(node, cancellation);
                await RegisterAsync(node, owners / 2, owners, cancellation);
                took = Stopwatch.GetElapsedTime(started);
                settled = await SettledAsync(node, cancellation);
            }
            var emptyFolder = Path.Combine(folder, "empty");
            await using (var node = await NodeUnderLoad.StartAsync(emptyFolder, options)) fresh = await SettledAsync(node, cancellation);
            await using (var node = await NodeUnderLoad.StartAsync(folder, options)) restarted = await SettledAsync(node, cancellation);

            var perOwner = (double)(settled - half) / (owners - (owners / 2));
            var disk = new FileInfo(Path.Combine(folder, "node.sqlite")).Length;
            var text = new StringBuilder();
            text.AppendLine(CultureInfo.InvariantCulture, $"{owners} data owners with keys (N = 4096, a public key each), registered in {took.TotalSeconds:F0} s, {disk >> 20} MiB of disk");
            text.AppendLine(CultureInfo.InvariantCulture, $"node's resident memory, MiB: with half of them idle {Mebi(half)}, with all of them idle {Mebi(settled)}: {perOwner:F0} bytes more for each of the second half");
            text.Append(CultureInfo.InvariantCulture, $"after a restart: {Mebi(restarted)} with all owners, {Mebi(fresh)} with an empty database: {(double)(restarted - fresh) / owners:F0} bytes an owner");
            return new(text.ToString(), new
            {
                owners,
                registeredInSeconds = took.TotalSeconds,
                databaseBytes = disk,
                residentBytes = new { half, idle = settled, restartedEmpty = fresh, restarted },
                bytesPerIdleOwner = perOwner,
                bytesPerOwnerAfterRestart = (double)(restarted - fresh) / owners,
            }, IsGood: true);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        static double Mebi(long bytes) => Math.Round(bytes / 1048576.0, 1);
    }

    private static async Task RegisterAsync(NodeUnderLoad node, int from, int to, CancellationToken cancellation)
    {
        var parameters = CkksParameters.Create(4096, [36, 36]);
        using var secretKey = SecretKey.Generate(parameters);
        var (parameterBytes, publicKey) = (SealWriter.Write(parameters), SealWriter.Write(new KeyGenerator(secretKey).CreatePublicKey()));
        await using var byOperator = node.Operator();
        await Parallel.ForEachAsync(
            Enumerable.Range(from, to - from).GroupBy(number => number / OwnersPerTenant), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellation },
            async (tenant, token) =>
            {
                var name = string.Create(CultureInfo.InvariantCulture, $"coop-{tenant.Key}");
                if (tenant.Min() % OwnersPerTenant == 0) await byOperator.CreateTenantAsync(name, token);
                foreach (var number in tenant)
                {
                    await using var owner = await node.JoinAsync(byOperator, name, string.Create(CultureInfo.InvariantCulture, $"farm-{number}"), token);
                    await owner.DeclareKeySetAsync("keys", parameterBytes, [], conjugation: false, relinearization: false, token);
                    await owner.UploadKeyObjectAsync("keys", KeyObjectKind.Public, publicKey, cancellation: token);
                    if (number % 500 == 499) Report.Say($"{number + 1} owners, {node.ResidentBytes >> 20} MiB");
                }
            });
    }

    /// <summary>The node's memory once nobody has asked it for long enough that idle grains have gone and their memory has been given back.</summary>
    private static async Task<long> SettledAsync(NodeUnderLoad node, CancellationToken cancellation)
    {
        await Task.Delay(Settling, cancellation);
        return node.ResidentBytes;
    }
}
