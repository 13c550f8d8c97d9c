using System.Diagnostics;
using FheOrleans.Grains;
using FheOrleans.Grains.Tests;
using Orleans;
using Orleans.Runtime;

namespace FheOrleans.Storage;

/// <summary>Times what a node asks of one storage.</summary>
/// <remarks>
/// Bytes are random, as ciphertexts are. A fifth of each series goes before it untimed: code is compiled and connections are made then.
/// </remarks>
internal sealed class StorageRun(StoragePlace place)
{
    private const int Entries = 300, AtOnce = 8;

    private static readonly (int Bytes, int Times)[] Sizes = [(100, 300), (64 << 10, 150), (4 << 20, 20)];

    private readonly Random _random = new(2026);

    /// <summary>Runs every series.</summary>
    /// <returns>A row of a table for each.</returns>
    public async Task<IReadOnlyList<string>> RunAsync()
    {
        var rows = new List<string>();
        foreach (var (bytes, times) in Sizes)
        {
            var (grain, held) = (GrainId.Create("sample", $"t/o/{bytes}"), new GrainState<SampleState> { State = new() });
            rows.Add(await SeriesAsync("state put", bytes, times, async _ =>
            {
                held.State!.Bytes = Bytes(bytes);
                return await TimeAsync(() => place.State.WriteStateAsync("s", grain, held));
            }));
            rows.Add(await SeriesAsync("state get", bytes, times, _ =>
                TimeAsync(() => place.State.ReadStateAsync("s", grain, new GrainState<SampleState>()))));
            rows.Add(await SeriesAsync("payload put", bytes, times, number =>
            {
                var payload = Bytes(bytes);
                return TimeAsync(() => place.Payloads.WriteAsync($"t/o/p/{bytes}/{number}", payload));
            }));
            rows.Add(await SeriesAsync("payload get", bytes, times, number =>
                TimeAsync(() => place.Payloads.ReadAsync($"t/o/p/{bytes}/{number}"))));
        }
        rows.Add(await SeriesAsync("ledger append", 400, Entries, number => AppendAsync("t/o", number + (Entries / 5) + 1)));
        rows.Add(await SeriesAsync("ledger find", 400, Entries, _ => TimeAsync(() => place.Ledgers.FindAsync("t/o", Guid.NewGuid()))));
        rows.Add(await TogetherAsync("state put", 100, async (writer, number) =>
        {
            var record = new GrainState<SampleState> { State = new() { Bytes = Bytes(100) } };
            await place.State.WriteStateAsync("s", GrainId.Create("sample", $"t/o{writer}/{number}"), record);
        }));
        rows.Add(await TogetherAsync("ledger append", 400, (writer, number) => AppendAsync($"t/w{writer}", number + 1)));
        return rows;
    }

    private Task<TimeSpan> AppendAsync(string ledger, int number)
    {
        var record = new LedgerRecord(number, Guid.NewGuid(), Bytes(400));
        return TimeAsync(async () =>
        {
            if (!await place.Ledgers.AppendAsync(ledger, record)) throw new InvalidOperationException($"{ledger} did not take entry {number}.");
        });
    }

    private static async Task<string> SeriesAsync(string what, int bytes, int times, Func<int, Task<TimeSpan>> once)
    {
        for (var number = -(times / 5); number < 0; number++) await once(number);
        var taken = new double[times];
        for (var number = 0; number < times; number++) taken[number] = (await once(number)).TotalMilliseconds;
        Array.Sort(taken);
        var (median, high) = (taken[times / 2], taken[times * 95 / 100]);
        return FormattableString.Invariant($"| {what} | {bytes} | {times} | {median:F2} | {high:F2} | {bytes / median / 1000:F1} |");
    }

    /// <summary>Eight writers at once: the median is of the whole, divided by what it wrote.</summary>
    private static async Task<string> TogetherAsync(string what, int bytes, Func<int, int, Task> once)
    {
        const int Times = 200;
        var whole = await TimeAsync(() => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(writer => Task.Run(async () =>
        {
            for (var number = 0; number < Times; number++) await once(writer, number);
        }))));
        return FormattableString.Invariant($"| {what}, {AtOnce} at once | {bytes} | {AtOnce * Times} | {whole.TotalMilliseconds / (AtOnce * Times):F2} each | | |");
    }

    private static async Task<TimeSpan> TimeAsync(Func<Task> work)
    {
        var begun = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(begun);
    }

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        lock (_random) _random.NextBytes(bytes);
        return bytes;
    }
}
