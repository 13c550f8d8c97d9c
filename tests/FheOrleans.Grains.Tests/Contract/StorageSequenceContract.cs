using System.Globalization;
using Orleans;
using Orleans.Runtime;
using Orleans.Storage;

namespace FheOrleans.Grains.Tests;

/// <summary>
/// Random sequences of everything a node asks of its storage, held against a model of a few dictionaries after every step. On a failure the
/// seed and the step are in the message: put the seed into <see cref="Seeds"/> to see it again.
/// </summary>
public abstract class StorageSequenceContract
{
    private const int Steps = 250;

    private protected abstract StoragePlace Open();

    public static TheoryData<int> Seeds
    {
        get
        {
            var effort = int.TryParse(Environment.GetEnvironmentVariable("FHE_TEST_EFFORT"), CultureInfo.InvariantCulture, out var times) ? times : 1;
            return [1, 2, .. Enumerable.Range(0, effort).Select(_ => Random.Shared.Next())];
        }
    }

    [ContractTheory, MemberData(nameof(Seeds))]
    public async Task Sequence_OfAnything_IsWhatTheModelSays(int seed)
    {
        var run = new StorageSequence(Open(), seed);
        try
        {
            await run.RunAsync(Steps);
        }
        finally
        {
            run.Place.Dispose();
        }
    }
}

/// <summary>One sequence and its model.</summary>
internal sealed class StorageSequence(StoragePlace place, int seed)
{
    private static readonly string[] Owners = ["t/o", "t/o-2", "u/o"];

    private readonly Random _random = new(seed);
    private readonly Dictionary<(string Grain, string Name), (int Number, byte[]? Bytes)> _state = [];
    private readonly Dictionary<(string Grain, string Name), string?> _held = [];
    private readonly Dictionary<string, byte[]> _payloads = [];
    private readonly Dictionary<string, List<LedgerRecord>> _ledgers = Owners.ToDictionary(owner => owner, _ => new List<LedgerRecord>());

    public StoragePlace Place { get; private set; } = place;

    public async Task RunAsync(int steps)
    {
        for (var step = 0; step < steps; step++)
        {
            try
            {
                await StepAsync();
                if (step % 25 == 24) await CompareAllAsync();
            }
            catch (Exception fault)
            {
                throw new InvalidOperationException($"Seed {seed}, step {step}: {fault.Message}", fault);
            }
        }
    }

    private Task StepAsync() => _random.Next(100) switch
    {
        < 30 => WriteStateAsync(isStale: _random.Next(5) == 0),
        < 38 => ClearStateAsync(),
        < 60 => WritePayloadAsync(),
        < 68 => DeletePayloadsAsync(),
        < 74 => MeasureAsync(),
        < 88 => AppendAsync(),
        < 91 => EraseAsync(),
        < 94 => Place.Erasure.ScrubAsync(Owners[_random.Next(Owners.Length)]),
        < 97 => ReopenAsync(crash: false),
        _ => ReopenAsync(crash: true),
    };

    private async Task WriteStateAsync(bool isStale)
    {
        var (key, grain) = Record();
        var stored = await ReadAsync(key);
        if (_random.Next(3) == 0) _held[key] = stored.ETag; // For a later writer who has not read what came since.
        var record = new GrainState<SampleState> { State = Value(), ETag = isStale ? _held.GetValueOrDefault(key, "no such version") : stored.ETag, RecordExists = stored.RecordExists };
        var mustFail = record.ETag != stored.ETag;
        try
        {
            await Place.State.WriteStateAsync(key.Name, grain, record);
            Require(!mustFail, "a stale write was taken");
            _state[key] = (record.State.Number, record.State.Bytes);
        }
        catch (InconsistentStateException)
        {
            Require(mustFail, "a fresh write was refused");
        }
    }

    private async Task ClearStateAsync()
    {
        var (key, grain) = Record();
        var stored = await ReadAsync(key);
        await Place.State.ClearStateAsync(key.Name, grain, stored);
        _state.Remove(key);
    }

    private async Task WritePayloadAsync()
    {
        var (key, bytes) = (PayloadKey(), Bytes(_random.Next(10) == 0 ? 2_000_000 : 5000));
        await Place.Payloads.WriteAsync(key, bytes);
        _payloads[key] = bytes;
    }

    private async Task DeletePayloadsAsync()
    {
        var key = PayloadKey();
        var path = _random.Next(3) switch { 0 => key, 1 => key[..key.LastIndexOf('/')], _ => Owners[_random.Next(Owners.Length)] };
        await Place.Payloads.DeleteAsync(path);
        foreach (var below in Below(path)) _payloads.Remove(below);
    }

    private async Task MeasureAsync()
    {
        var path = PayloadKey()[..^2];
        Require(await Place.Payloads.MeasureAsync(path) == Below(path).Sum(key => (long)_payloads[key].Length), $"{path} measures otherwise");
    }

    private async Task AppendAsync()
    {
        var owner = Owners[_random.Next(Owners.Length)];
        var records = _ledgers[owner];
        var isNext = _random.Next(4) > 0;
        var repeats = records.Count > 0 && _random.Next(6) == 0;
        var record = new LedgerRecord(
            records.Count + (isNext ? 1 : _random.Next(2) == 0 ? 0 : 2), repeats ? records[_random.Next(records.Count)].Reference : NewGuid(), Bytes(200));
        var isTaken = await Place.Ledgers.AppendAsync(owner, record);
        Require(isTaken == (isNext && !repeats), "an entry was taken or refused wrongly");
        if (isTaken) records.Add(record);
    }

    private async Task EraseAsync()
    {
        var owner = Owners[_random.Next(Owners.Length)];
        await Place.Erasure.EraseStateBelowAsync(owner);
        foreach (var key in _state.Keys.Where(key => key.Grain.StartsWith($"sample/{owner}/", StringComparison.Ordinal)).ToArray()) _state.Remove(key);
    }

    private Task ReopenAsync(bool crash)
    {
        if (Place is DurablePlace durable) Place = crash ? durable.Crash() : durable.Reopen();
        return Task.CompletedTask;
    }

    private async Task CompareAllAsync()
    {
        foreach (var owner in Owners)
        {
            foreach (var number in Enumerable.Range(0, 3))
            {
                (string Grain, string Name) key = ($"sample/{owner}/{number}", "s");
                var (stored, isThere) = (await ReadAsync(key), _state.TryGetValue(key, out var expected));
                Require(stored.RecordExists == isThere, $"{key.Grain} is there or not");
                if (!isThere) continue;
                Require(stored.State!.Number == expected.Number && stored.State.Bytes.AsSpan().SequenceEqual(expected.Bytes), $"{key.Grain} holds something else");
            }
            var ledger = await Place.Ledgers.ReadAsync(owner, 0, 1000);
            Require(
                ledger.Select(record => (record.Number, record.Reference, Convert.ToHexString(record.Entry)))
                    .SequenceEqual(_ledgers[owner].Select(record => (record.Number, record.Reference, Convert.ToHexString(record.Entry)))),
                $"the ledger of {owner} is another");
        }
        foreach (var (key, bytes) in _payloads) Require((await Place.Payloads.ReadAsync(key)).AsSpan().SequenceEqual(bytes), $"{key} holds something else");
        Require(await Place.Payloads.MeasureAsync("t") == Below("t").Sum(key => (long)_payloads[key].Length), "there is more than was written");
    }

    private async Task<GrainState<SampleState>> ReadAsync((string Grain, string Name) key)
    {
        var record = new GrainState<SampleState>();
        await Place.State.ReadStateAsync(key.Name, GrainId.Create("sample", key.Grain["sample/".Length..]), record);
        return record;
    }

    private ((string Grain, string Name) Key, GrainId Grain) Record()
    {
        var grain = GrainId.Create("sample", $"{Owners[_random.Next(Owners.Length)]}/{_random.Next(3)}");
        return ((grain.ToString(), "s"), grain);
    }

    private string PayloadKey() => $"{Owners[_random.Next(Owners.Length)]}/{(_random.Next(2) == 0 ? "datasets" : "inferences")}/{_random.Next(3)}/{_random.Next(4)}";

    private string[] Below(string path) => [.. _payloads.Keys.Where(key => key == path || key.StartsWith(path + "/", StringComparison.Ordinal))];

    private SampleState Value() => new() { Number = _random.Next(), Bytes = Bytes(_random.Next(20) == 0 ? 300_000 : 300) };

    private byte[] Bytes(int most)
    {
        var bytes = new byte[_random.Next(most)];
        _random.NextBytes(bytes);
        return bytes;
    }

    private Guid NewGuid() => new(Bytes16());

    private byte[] Bytes16()
    {
        var bytes = new byte[16];
        _random.NextBytes(bytes);
        return bytes;
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition) throw new InvalidOperationException(otherwise);
    }
}
