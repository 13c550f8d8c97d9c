using System.Security.Cryptography;
using System.Text;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Nodes;
using FheOrleans.Client.Receipts;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Client.Forecasts;

/// <summary>
/// The way of a herd's records to a forecast that only the farm can read: plan, keys, encryption, upload; inference, push, decryption.
/// Every step can be broken off and run again: what is done already is not done twice.
/// </summary>
public sealed class ForecastWorkflow : IDisposable
{
    private readonly NodeClient _node;
    private readonly FarmHome _home;
    private readonly IProgress<StageProgress>? _progress;
    private readonly SecretKeyRing _ring;
    private readonly SentHashes _sent;
    private readonly ReceiptBook _receipts;

    /// <summary>Makes a workflow.</summary>
    /// <param name="node">The node, with the farm's token; stays the caller's.</param>
    /// <param name="home">The farm's folder; stays the caller's.</param>
    /// <param name="progress">Told as stages advance; may be null.</param>
    public ForecastWorkflow(NodeClient node, FarmHome home, IProgress<StageProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(home);
        (_node, _home, _progress, _ring) = (node, home, progress, new(home));
        (_sent, _receipts) = (new(home), new(home));
    }

    /// <summary>Seconds of each stage so far.</summary>
    public StageClock Clock { get; } = new();

    /// <summary>Bytes of public, relinearization and Galois keys sent.</summary>
    public long KeyBytes { get; private set; }

    /// <summary>Bytes of ciphertexts sent.</summary>
    public long UploadBytes { get; private set; }

    /// <summary>
    /// Publishes a network of the home as a model of the farm's own. The ranges of its inputs stay in the home: nobody else scales by them.
    /// </summary>
    /// <param name="name">The network's name, and the model's.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="FarmHomeException">There is no such network.</exception>
    public async Task<PublishedVersion> PublishAsync(string name, CancellationToken cancellation = default) =>
        await _node.PublishModelAsync(name, ModelInputs.Published(_home.ReadNetwork(name)), ModelVisibility.Owner, cancellation)
            .ConfigureAwait(false);

    /// <summary>Encrypts a part of a herd for a model and uploads it with the keys the model's circuit needs.</summary>
    /// <param name="herd">Name of a wrangled herd in the home.</param>
    /// <param name="part">Which part of it: training, validation, test or latest.</param>
    /// <param name="model">The model's reference, <c>publisher/model</c>.</param>
    /// <param name="version">The model's version.</param>
    /// <param name="form">Which form of circuit; null for the one that the node predicts to be the fastest.</param>
    /// <param name="dataset">The dataset's id; null for one made of what is uploaded, so that the same again is the same dataset.</param>
    /// <param name="acceptNames">Whether the herd's inputs are the model's in their order, though they have other names.</param>
    /// <param name="cancellation">Stops; what the node has by then stays there, and the next call goes on from it.</param>
    /// <returns>What was uploaded, and its circuit.</returns>
    /// <exception cref="ForecastException">Records and network do not fit, or there is nothing to forecast.</exception>
    /// <exception cref="NodeException">The node is not there or refuses.</exception>
    public async Task<(UploadRecord Upload, SelectedCircuit Circuit)> UploadAsync(
        string herd, string part, string model, int version, CircuitForm? form, string? dataset = null,
        bool acceptNames = false, CancellationToken cancellation = default)
    {
        var records = _home.ReadHerd(herd);
        var content = records.PartOf(part);
        if (content.Count == 0) throw new NothingToForecastException(part);
        var circuit = await SelectedCircuit.ChooseAsync(_node, model, version, form, content, cancellation).ConfigureAwait(false);
        var scaling = await ModelInputs.ScalingAsync(_node, _home, model, version, circuit.Plan, records.Scaling, acceptNames, cancellation)
            .ConfigureAwait(false);
        var windows = ModelInputs.Rescale(content.Windows, records.Scaling, scaling);
        if (windows != content.Windows) circuit = circuit with { Packer = new(circuit.Plan, windows) };

        var keys = new KeySetProvider(_node, _home, _sent, _ring, Clock, _progress);
        var keySet = await keys.EnsureAsync(circuit.Plan, circuit.Parameters, cancellation).ConfigureAwait(false);
        KeyBytes += keys.BytesSent;

        var (plan, hash) = (circuit.Plan.ToJson(), WindowContent.HashOf(content.Windows));
        var id = dataset ?? DatasetId(herd, WindowContent.HashOf(windows), plan, keySet);
        var record = new UploadRecord(id, keySet, herd, part, model, version, circuit.Form, plan, circuit.Packer.BatchCount,
            windows.Count, hash, IsComplete: false, scaling);
        if (_home.ReadUpload(id) is not { } known)
        {
            // Written before the first chunk is sent: whatever happens then, this home knows what the dataset is.
            _home.WriteUpload(record);
        }
        else
        {
            // Half of one herd and half of another would be a dataset of neither.
            if (known.Content != hash || !known.Plan.AsSpan().SequenceEqual(plan) || known.KeySet != keySet
                || !(known.Scaling ?? records.Scaling).HasSameRanges(scaling))
            {
                throw new FarmHomeException(
                    $"Dataset '{id}' was begun with other windows, another circuit, another scaling or another key. Choose another id with "
                    + "--dataset, or leave it out.");
            }
            record = known;
        }
        var upload = new EncryptedUpload(_node, _sent, Clock, _progress);
        // The label is visible to the node's operator, so it says nothing of the herd.
        await upload.RunAsync(id, circuit.Form, keySet, circuit, _ring.Get(keySet, circuit.Parameters),
            cancellation).ConfigureAwait(false);
        UploadBytes += upload.BytesSent;
        if (!record.IsComplete) _home.WriteUpload(record = record with { IsComplete = true });
        return (record, circuit);
    }

    /// <summary>Has the node compute on a dataset, and reads the results as they are pushed.</summary>
    /// <param name="dataset">A dataset that this home uploaded.</param>
    /// <param name="inference">The inference's id; an id used before continues that inference.</param>
    /// <param name="model">The model's reference and version; null for the ones the dataset was encrypted for.</param>
    /// <param name="cancellation">Stops waiting; the node goes on, and <see cref="CatchUpAsync"/> reads the results later.</param>
    /// <returns>The complete forecast.</returns>
    /// <exception cref="OtherCircuitException">The other model's circuit takes other ciphertexts.</exception>
    /// <exception cref="InferenceEndedException">The node ended it without a result.</exception>
    /// <exception cref="UnreadableResultException">The result is noise under this home's key.</exception>
    /// <exception cref="ReceiptMismatchException">A result has no receipt, or one that is not its own; it was not decrypted.</exception>
    /// <exception cref="NodeKeyChangedException">A receipt is by another key than the node's.</exception>
    /// <exception cref="NodeException">The node is not there or refuses.</exception>
    public async Task<ForecastRecord> PredictAsync(
        string dataset, string inference, (string Model, int Version)? model = null, CancellationToken cancellation = default)
    {
        var (upload, _) = _home.ReadUploaded(dataset);
        var inbox = new PredictionInbox(_home, _ring, _receipts, Clock, _progress);
        var forecast = _home.ReadForecast(inference);
        if (forecast is not null && forecast.Dataset != dataset)
            throw new FarmHomeException($"Inference '{inference}' is of dataset '{forecast.Dataset}'. Choose another id with --inference.");
        if (forecast is { IsEnded: true }) return Checked(forecast);
        var isNew = forecast is null;
        await _receipts.MeetAsync(_node, cancellation).ConfigureAwait(false);
        await inbox.ReturnToAsync(_node, cancellation).ConfigureAwait(false);
        if (forecast is null)
        {
            var (reference, version, plan) = await PlanForAsync(upload, model, cancellation).ConfigureAwait(false);
            // Written before the node is asked: an event that comes while this client is away finds it.
            forecast = new(inference, dataset, reference, version, plan, ForecastState.Running, upload.Batches, [],
                new double?[upload.Windows], 0, 0, null);
            _receipts.Expect(inference, await ReceiptBook.ModelSha256Async(_node, reference, version, cancellation).ConfigureAwait(false));
            _home.WriteForecast(forecast);
        }

        var idleSince = TimeProvider.System.GetUtcNow();
        _progress?.Report(new(ForecastStage.Evaluate, 0, upload.Batches, "parts"));
        InferenceDescription description;
        try
        {
            var request = new InferenceRequest(upload.KeySet, dataset, forecast.Model, forecast.Version, upload.Form);
            description = await _node.StartInferenceAsync(inference, request, cancellation).ConfigureAwait(false);
        }
        catch (NodeException) when (isNew)
        {
            _home.DeleteForecast(inference);
            throw;
        }
        if (description.Status == InferenceStatus.Completed) return await FetchAsync(inbox, forecast, cancellation).ConfigureAwait(false);
        await foreach (var message in _node.ListenAsync(inbox.LastSequence, cancellation).ConfigureAwait(false))
        {
            AccountForWaiting(idleSince, message.Time);
            if (message.Inference == inference && message.Status == PredictionStatus.PartCompleted)
            {
                _progress?.Report(new(ForecastStage.Evaluate, Math.Min(upload.Batches, _home.ReadForecast(inference)!.Read.Count + 1),
                    upload.Batches, "parts"));
            }
            if (inbox.Take(message) is { IsEnded: true } ended && ended.Inference == inference) return Checked(ended);
            idleSince = TimeProvider.System.GetUtcNow();
        }
        throw new InvalidOperationException("The stream of predictions ended without an exception, which it never does.");
    }

    /// <summary>Takes everything that has come since the last event, and decrypts it.</summary>
    /// <param name="cancellation">Stops between two events.</param>
    /// <returns>How many events came.</returns>
    public async Task<int> CatchUpAsync(CancellationToken cancellation = default)
    {
        await _receipts.MeetAsync(_node, cancellation).ConfigureAwait(false);
        var inbox = new PredictionInbox(_home, _ring, _receipts, Clock, _progress);
        await inbox.ReturnToAsync(_node, cancellation).ConfigureAwait(false);
        for (var taken = 0; ;)
        {
            var page = await _node.GetEventsAsync(inbox.LastSequence, cancellation).ConfigureAwait(false);
            foreach (var message in page.Events)
            {
                inbox.Take(message);
                taken++;
            }
            if (page.More) continue;
            await ForgetNeverStartedAsync(cancellation).ConfigureAwait(false);
            return taken;
        }
    }

    /// <summary>Zeroes the secret keys that were opened.</summary>
    public void Dispose() => _ring.Dispose();

    /// <summary>
    /// A client that was stopped while it asked does not know whether the node had heard it: what the node has never heard of is not running.
    /// </summary>
    private async Task ForgetNeverStartedAsync(CancellationToken cancellation)
    {
        foreach (var id in _home.Forecasts())
        {
            if (_home.ReadForecast(id) is not { IsEnded: false, Read.Count: 0 }) continue;
            try
            {
                await _node.GetInferenceAsync(id, cancellation).ConfigureAwait(false);
            }
            catch (NodeRefusedException refused) when (refused.Type == ProblemTypes.NotFound)
            {
                _home.DeleteForecast(id);
            }
        }
    }

    private static ForecastRecord Checked(ForecastRecord forecast) => forecast.State == ForecastState.Completed
        ? forecast
        : throw new InferenceEndedException(forecast.Inference, forecast.Failure ?? "");

    /// <summary>
    /// Splits a wait for an event: the node computed until the moment the event states, and pushed it from then on. Two machines' clocks
    /// differ, so the split stays within the wait.
    /// </summary>
    private void AccountForWaiting(DateTimeOffset since, DateTimeOffset published)
    {
        var now = TimeProvider.System.GetUtcNow();
        var waited = now > since ? now - since : TimeSpan.Zero;
        var pushing = TimeSpan.FromTicks(Math.Clamp((now - published).Ticks, 0, waited.Ticks));
        Clock.Add(ForecastStage.Evaluate, waited - pushing);
        Clock.Add(ForecastStage.Push, pushing);
    }

    /// <summary>Fetches what is missing of an inference that had ended before it was asked for: its events may have gone by.</summary>
    private async Task<ForecastRecord> FetchAsync(PredictionInbox inbox, ForecastRecord forecast, CancellationToken cancellation)
    {
        foreach (var part in Enumerable.Range(0, forecast.Parts).Except(forecast.Read))
        {
            byte[] result;
            using (Clock.Measure(ForecastStage.Push)) result = await _node.DownloadResultAsync(forecast.Inference, part, cancellation).ConfigureAwait(false);
            var receipt = await _node.GetReceiptAsync(forecast.Inference, part, cancellation).ConfigureAwait(false);
            forecast = inbox.TakeDownloaded(forecast, part, result, receipt);
        }
        return Checked(inbox.TakeEnd(forecast, await _node.GetReceiptAsync(forecast.Inference, part: null, cancellation).ConfigureAwait(false)));
    }

    /// <summary>The plan by which results are read: the dataset's own, or another model's if that takes the same ciphertexts.</summary>
    private async Task<(string Model, int Version, byte[] Plan)> PlanForAsync(UploadRecord upload, (string Model, int Version)? other,
        CancellationToken cancellation)
    {
        if (other is not var (model, version)) return (upload.Model, upload.Version, upload.Plan);
        var (plan, _) = await _node.GetPlanAsync(model, version, upload.Form, cancellation).ConfigureAwait(false);
        var (wanted, have) = (CircuitPlan.FromJson(plan), CircuitPlan.FromJson(upload.Plan));
        var takesTheSame = wanted.PolynomialDegree == have.PolynomialDegree && wanted.Primes.SequenceEqual(have.Primes)
            && wanted.TimePoints == have.TimePoints
            && wanted.Features == have.Features && wanted.InputLevel == have.InputLevel && wanted.InputScale == have.InputScale;
        if (takesTheSame && upload.Scaling is { } scaled)
        {
            var ranges = await ModelInputs.ScalingAsync(_node, _home, model, version, wanted, scaled, acceptNames: true, cancellation)
                .ConfigureAwait(false);
            takesTheSame = ranges.HasSameRanges(scaled);
        }
        return takesTheSame ? (model, version, plan) : throw new OtherCircuitException(upload.Dataset, model);
    }

    /// <summary>Names a dataset by what is in it, so that uploading the same again continues or repeats nothing.</summary>
    private static string DatasetId(string herd, string content, byte[] plan, string keySet)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(plan);
        hash.AppendData(Encoding.UTF8.GetBytes($"{keySet}|{content}"));
        return $"{herd[..Math.Min(herd.Length, 20)].TrimEnd('-')}-{Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 6))}";
    }
}
