using System.Collections.Concurrent;
using System.Diagnostics;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Client.Nodes;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;
using FheOrleans.Networks.Execution;

namespace FheOrleans.Load;

/// <summary>
/// A farm with its own keys, one subscription and one listener. It counts what it heard against what was acknowledged to it, and compares every
/// forecast of every animal with the network in the clear.
/// </summary>
internal sealed class LiveFarm : IAsyncDisposable
{
    private const string KeySet = "keys", Subscription = "live";
    // What the compiler chose its parameters for; see CompilerOptions.TargetError.
    private const double Tolerance = 1e-5;

    private readonly NodeClient _client;
    private readonly Network _network;
    private readonly CircuitPlan _plan;
    private readonly CkksParameters _parameters;
    private readonly SecretKey _secretKey;
    private readonly CkksEncoder _encoder;
    private readonly LivePacker _packer;
    private readonly int _seed, _animals;
    private readonly ConcurrentDictionary<int, long> _begun = [];
    private readonly ConcurrentDictionary<int, int> _heard = [];
    private readonly CancellationTokenSource _stop = new();
    private Task _listening = Task.CompletedTask;
    private int _appended;

    public LiveFarm(NodeClient client, Network network, CircuitPlan plan, int seed, int animals, RunCounts counts)
    {
        (_client, _network, _plan, _seed, _animals, Counts) = (client, network, plan, seed, animals, counts);
        _parameters = plan.CreateParameters();
        _secretKey = SecretKey.Generate(_parameters);
        _encoder = new CkksEncoder(_parameters);
        _packer = new LivePacker(plan);
    }

    public RunCounts Counts { get; }

    /// <summary>Forecasts that were promised by an acknowledged append and have not come.</summary>
    public int Missing => Enumerable.Range(_plan.TimePoints, Math.Max(0, _appended - _plan.TimePoints + 1)).Count(point => !_heard.ContainsKey(point));

    public async Task PrepareAsync(string model, int version, CancellationToken cancellation)
    {
        var generator = new KeyGenerator(_secretKey);
        var declared = await _client.DeclareKeySetAsync(
            KeySet, SealWriter.Write(_parameters), _plan.RotationSteps, conjugation: false, _plan.NeedsRelinearizationKeys, cancellation);
        foreach (var item in declared.Objects)
        {
            var bytes = item.Kind switch
            {
                KeyObjectKind.Public => SealWriter.Write(generator.CreatePublicKey()),
                KeyObjectKind.Relinearization => SealWriter.Write(generator.CreateRelinearizationKeys()),
                _ => SealWriter.Write(generator.CreateGaloisKeys(_plan.RotationSteps)),
            };
            await _client.UploadKeyObjectAsync(KeySet, item.Kind, bytes, cancellation: cancellation);
        }
        await _client.SubscribeAsync(
            Subscription, new SubscriptionDeclaration(KeySet, model, version, _plan.Form.ToString(), _animals, _plan.InputCiphertexts), cancellation);
        _listening = Task.Run(ListenAsync, CancellationToken.None);
    }

    /// <summary>Appends the next point. What the time counts from is before its encryption.</summary>
    public async Task AppendAsync(CancellationToken cancellation)
    {
        var point = _appended + 1;
        try
        {
            _begun[point] = Stopwatch.GetTimestamp();
            await _client.AppendPointAsync(Subscription, point, 0, Encrypt(point), cancellation);
            _appended = point;
            Counts.Appended();
        }
        catch (Exception fault) when (!cancellation.IsCancellationRequested)
        {
            Counts.Failed($"append: {fault.GetType().Name}: {fault.Message}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _listening;
        await _client.DisposeAsync();
        _secretKey.Dispose();
        _stop.Dispose();
    }

    private async Task ListenAsync()
    {
        var last = 0L;
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await foreach (var message in _client.ListenAsync(last, _stop.Token))
                {
                    if (message.Sequence != last + 1) Counts.Failed($"event {message.Sequence} came after event {last}");
                    last = message.Sequence;
                    Take(message);
                }
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception fault)
            {
                Counts.Failed($"listen: {fault.GetType().Name}: {fault.Message}");
            }
        }
    }

    private void Take(PredictionMessage message)
    {
        if (message.Status != PredictionStatus.Live || message.Result is null)
        {
            Counts.Failed($"event {message.Sequence} is {message.Status}, without a forecast: {message.Failure}");
            return;
        }
        var point = message.Part;
        var slots = _encoder.DecodeReal(new Decryptor(_secretKey).Decrypt(SealReader.ReadCiphertext(_parameters, message.Result)));
        var isRight = Enumerable.Range(0, _animals).All(animal => Math.Abs(_packer.Forecast(slots, animal) - Clear(animal, point)) < Tolerance);
        var elapsed = _begun.TryRemove(point, out var begun) ? Stopwatch.GetElapsedTime(begun) : TimeSpan.Zero;
        Counts.Heard(elapsed, isRight, isDoubled: _heard.AddOrUpdate(point, 1, (_, times) => times + 1) > 1);
    }

    private byte[] Encrypt(int point)
    {
        var encryptor = new SymmetricEncryptor(_secretKey);
        using var chunk = new MemoryStream();
        foreach (var vector in _packer.Pack([.. Enumerable.Range(0, _animals).Select(animal => Features(animal, point))]))
            chunk.Write(SealWriter.Write(encryptor.Encrypt(_encoder.Encode(vector, _plan.InputScale, _plan.InputLevel))));
        return chunk.ToArray();
    }

    private double Clear(int animal, int point) =>
        _network.Predict([.. Enumerable.Range(point - _plan.TimePoints + 1, _plan.TimePoints).SelectMany(p => Features(animal, p))]);

    private double[] Features(int animal, int point)
    {
        var random = new Random((_seed * 1_000_003) + (animal * 10_007) + point);
        return [.. Enumerable.Range(0, _plan.Features).Select(_ => random.NextDouble())];
    }
}
