using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Herds;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Nodes;
using FheOrleans.Client.Receipts;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Client.Live;

/// <summary>Live forecasts, on the farm's side: subscribe once, append what each week brings, and read what comes.</summary>
public sealed class LiveWorkflow : IDisposable
{
    private readonly NodeClient _node;
    private readonly FarmHome _home;
    private readonly IProgress<StageProgress>? _progress;
    private readonly SecretKeyRing _ring;
    private readonly ReceiptBook _receipts;

    /// <summary>Makes a workflow.</summary>
    /// <param name="node">The node, with the farm's token; stays the caller's.</param>
    /// <param name="home">The farm's folder; stays the caller's.</param>
    /// <param name="progress">Told as stages advance; may be null.</param>
    public LiveWorkflow(NodeClient node, FarmHome home, IProgress<StageProgress>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(node);
        ArgumentNullException.ThrowIfNull(home);
        (_node, _home, _progress, _ring, _receipts) = (node, home, progress, new(home), new(home));
    }

    /// <summary>Seconds of each stage so far.</summary>
    public StageClock Clock { get; } = new();

    /// <summary>Bytes of ciphertexts sent.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Subscribes to a model's forecasts of a herd. A subscription of that id that this home has is returned as it is.</summary>
    /// <param name="id">The subscription's id.</param>
    /// <param name="herd">The wrangled herd whose columns and scaling are used from now on.</param>
    /// <param name="model">The model's reference.</param>
    /// <param name="version">The model's version.</param>
    /// <param name="farm">The one farm to take from files of several; null for all.</param>
    /// <param name="form">
    /// The live form of the circuit; null to have it chosen: the packed one, a seventh of the bytes, where a point of <paramref name="file"/> has
    /// three quarters as many animals as it has places at most. The node learns which, and so whether the herd is small.
    /// </param>
    /// <param name="file">The file that is appended first, by which the form is chosen; null for the form with the most places.</param>
    /// <param name="acceptNames">Whether the herd's inputs are the model's in their order, though they have other names.</param>
    /// <param name="cancellation">Stops; the same call goes on from what is done.</param>
    /// <exception cref="ForecastException">The herd and the network do not fit, or the network has no circuit of that form.</exception>
    /// <exception cref="HerdException">The file cannot be used.</exception>
    /// <exception cref="NodeException">The node is not there or refuses.</exception>
    public async Task<LiveSubscription> SubscribeAsync(
        string id, string herd, string model, int version, string? farm = null, CircuitForm? form = null, string? file = null,
        bool acceptNames = false, CancellationToken cancellation = default)
    {
        if (_home.ReadLive(id) is { } known) return known;
        var records = _home.ReadHerd(herd);
        var (bytes, plan) = form is not null
            ? await PlanAsync(model, version, form, cancellation).ConfigureAwait(false)
            : await ChooseAsync(model, version, file is null ? null : LargestPoint(records, file, farm), cancellation).ConfigureAwait(false);
        if (records.TimePoints != plan.TimePoints || records.Features != plan.Features)
            throw new ShapeMismatchException((records.TimePoints, records.Features), (plan.TimePoints, plan.Features));
        var scaling = await ModelInputs.ScalingAsync(_node, _home, model, version, plan, records.Scaling, acceptNames, cancellation)
            .ConfigureAwait(false);

        var parameters = plan.CreateParameters();
        var keys = new KeySetProvider(_node, _home, new(_home), _ring, Clock, _progress);
        var keySet = await keys.EnsureAsync(plan, parameters, cancellation).ConfigureAwait(false);

        var sha256 = await ReceiptBook.ModelSha256Async(_node, model, version, cancellation).ConfigureAwait(false);
        // All places, however few are taken: the node learns nothing of the herd's size.
        var declaration = new SubscriptionDeclaration(keySet, model, version, plan.Form.ToString(), plan.WindowsPerBatch, LiveEncryption.CiphertextsPerChunk(plan, parameters));
        var description = await _node.SubscribeAsync(id, declaration, cancellation).ConfigureAwait(false);
        if (description.Appended > 0) throw new OutOfStepException(id, description.Appended, 0);
        var live = new LiveSubscription(
            id, keySet, model, version, new Dictionary<int, byte[]> { [version] = bytes }, records.Columns.ToString(), farm, scaling,
            [], 0, new Dictionary<int, string> { [version] = sha256 });
        _home.WriteLive(live);
        return live;
    }

    /// <summary>Appends what is new in a file of records: a point for each time, in order.</summary>
    /// <param name="id">The subscription's id.</param>
    /// <param name="file">The file: one week's rows, or all of them with the new ones among them.</param>
    /// <param name="most">
    /// The most points to begin with: the last ones of the file. Only for a subscription without points; null for one window.
    /// </param>
    /// <param name="cancellation">Stops between two points; the same call goes on from there.</param>
    /// <returns>The points that were appended, acknowledged by the node.</returns>
    /// <exception cref="FarmHomeException">There is no such subscription in this home.</exception>
    /// <exception cref="OutOfStepException">The node has other points than this home knows of.</exception>
    /// <exception cref="HerdException">The file cannot be used.</exception>
    /// <exception cref="ForecastException">There are more animals than places.</exception>
    /// <exception cref="NodeException">The node is not there or refuses.</exception>
    public async Task<IReadOnlyList<LivePoint>> AppendAsync(string id, string file, int? most = null, CancellationToken cancellation = default)
    {
        var live = Known(id);
        var appended = new List<LivePoint>();
        await _receipts.MeetAsync(_node, cancellation).ConfigureAwait(false);
        var there = (await _node.GetSubscriptionAsync(id, cancellation).ConfigureAwait(false)).Appended;
        if (_home.ReadPending(id) is { } pending && pending.Point.Point == live.Appended + 1)
        {
            // What was on its way when this program was last stopped; the node may have it already.
            if (there != live.Appended && there != pending.Point.Point) throw new OutOfStepException(id, there, live.Appended);
            appended.Add(await SendAsync(pending, cancellation).ConfigureAwait(false));
            live = pending.After;
        }
        else if (there != live.Appended)
        {
            throw new OutOfStepException(id, there, live.Appended);
        }

        var (plan, encryption) = (CircuitPlan.FromJson(live.Plans[live.Version]), (LiveEncryption?)null);
        var (table, points) = Read(live, file, _home.ReadLivePoint(id, live.Appended)?.Time);
        var skip = live.Appended == 0 ? Math.Max(0, points.Count - (most ?? plan.TimePoints)) : 0;
        var (done, total) = (0, points.Count - skip);
        foreach (var records in points.Skip(skip))
        {
            _progress?.Report(new(ForecastStage.Upload, done, total, "points"));
            encryption ??= EncryptionOf(live, plan);
            var next = Prepare(live, plan, encryption, table, records);
            appended.Add(await SendAsync(next, cancellation).ConfigureAwait(false));
            (live, done) = (next.After, done + 1);
        }
        if (total > 0) _progress?.Report(new(ForecastStage.Upload, total, total, "points"));
        return appended;
    }

    /// <summary>Goes over to another version of the model.</summary>
    /// <param name="id">The subscription's id.</param>
    /// <param name="version">The version.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <returns>The subscription as it stands on the node.</returns>
    /// <exception cref="FarmHomeException">There is no such subscription in this home.</exception>
    /// <exception cref="OtherScalingException">The version was trained on records of other ranges.</exception>
    /// <exception cref="NodeException">The node is not there or refuses: the version may want other parameters.</exception>
    public async Task<SubscriptionDescription> UpgradeAsync(string id, int version, CancellationToken cancellation = default)
    {
        var live = Known(id);
        var form = CircuitPlan.FromJson(live.Plans[live.Version]).Form;
        var (bytes, plan) = await PlanAsync(live.Model, version, form, cancellation).ConfigureAwait(false);
        // The points that the node keeps are encrypted as they were scaled.
        var scaling = await ModelInputs.ScalingAsync(_node, _home, live.Model, version, plan, live.Scaling, acceptNames: true, cancellation)
            .ConfigureAwait(false);
        if (!scaling.HasSameRanges(live.Scaling)) throw new OtherScalingException(id, version);
        var sha256 = await ReceiptBook.ModelSha256Async(_node, live.Model, version, cancellation).ConfigureAwait(false);
        // Before the node is asked: its first forecast by the version may come before its answer.
        live = live with
        {
            Plans = new Dictionary<int, byte[]>(live.Plans) { [version] = bytes },
            ModelSha256 = new Dictionary<int, string>(live.ModelSha256 ?? new Dictionary<int, string>()) { [version] = sha256 },
        };
        _home.WriteLive(live);
        var description = await _node.UpgradeSubscriptionAsync(id, version, cancellation).ConfigureAwait(false);
        _home.WriteLive(live with { Version = version });
        return description;
    }

    /// <summary>
    /// Ends a subscription: on the node its points, state and results are deleted. Here its forecasts stay with their receipts, which
    /// <see cref="Receipts.FarmVerification"/> goes on checking, unless they are to be forgotten too.
    /// </summary>
    /// <param name="id">The subscription's id.</param>
    /// <param name="forget">Whether to delete its points, forecasts and receipts here as well.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public async Task EndAsync(string id, bool forget = false, CancellationToken cancellation = default)
    {
        _ = Known(id);
        await _node.DeleteSubscriptionAsync(id, cancellation).ConfigureAwait(false);
        if (forget) _home.DeleteLive(id);
        else _home.EndLive(id);
    }

    /// <summary>
    /// Forecasts as they come: first those that came while nobody watched, then what the node pushes, each once and in order. A lost node is
    /// waited for. Call <see cref="LiveHome.WriteShown"/> with the number of what was shown: from there the next watch goes on.
    /// </summary>
    /// <param name="id">One subscription; null for all of this home's.</param>
    /// <param name="cancellation">Ends it, with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="NodeException">The node was not there at first, or refuses.</exception>
    public async IAsyncEnumerable<LiveNews> WatchAsync(string? id, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        await _receipts.MeetAsync(_node, cancellation).ConfigureAwait(false);
        var shown = _home.ReadShown();
        foreach (var missed in Kept(id).Where(news => news.Sequence > shown).OrderBy(news => news.Sequence))
        {
            shown = missed.Sequence;
            yield return missed;
        }
        var inbox = new PredictionInbox(_home, _ring, _receipts, Clock, _progress);
        await foreach (var message in _node.ListenAsync(inbox.LastSequence, cancellation).ConfigureAwait(false))
        {
            if (!inbox.TakeLive(message, out var news))
            {
                TakeOther(inbox, message);
                continue;
            }
            if (news is null || news.Sequence <= shown || (id is not null && news.Subscription != id)) continue;
            shown = news.Sequence;
            yield return news;
        }
    }

    /// <summary>Zeroes the secret keys that were opened.</summary>
    public void Dispose() => _ring.Dispose();

    /// <summary>The forecasts in the home, whichever command took their events.</summary>
    private IEnumerable<LiveNews> Kept(string? id)
    {
        foreach (var name in _home.LiveSubscriptions().Where(name => id is null || name == id))
        {
            for (var point = _home.ReadLive(name)!.Appended; point >= 1; point--)
            {
                if (_home.ReadLivePoint(name, point) is { Forecast: { } forecast } read) yield return new(forecast.Sequence, name, point, forecast.Version, read, null);
            }
        }
    }

    /// <summary>An event of an inference that 'farm predict' waits for, or that nobody does: it is kept for 'farm results'.</summary>
    private static void TakeOther(PredictionInbox inbox, PredictionMessage message)
    {
        try
        {
            inbox.Take(message);
        }
        catch (ForecastException)
        {
            // It is in its record, and said by whoever asks for that inference.
        }
    }

    private LiveSubscription Known(string id) => _home.ReadLive(id) ?? throw new FarmHomeException(
        $"There is no live forecast '{id}' in this home{(_home.LiveSubscriptions() is { Count: > 0 } there ? $" (there is: {string.Join(", ", there)})" : "")}. Begin one with 'farm append'.");

    /// <summary>The packed form where it has room for a point's animals, and for a third as many more to come.</summary>
    private async Task<(byte[] Bytes, CircuitPlan Plan)> ChooseAsync(string model, int version, int? animals, CancellationToken cancellation)
    {
        if (animals is { } known)
        {
            try
            {
                var packed = await PlanAsync(model, version, CircuitForm.LivePacked, cancellation).ConfigureAwait(false);
                if (4L * known <= 3L * packed.Plan.WindowsPerBatch) return packed;
            }
            catch (NoCircuitException)
            {
                // Not every network has a packed circuit; if it has no other either, that is said below.
            }
        }
        return await PlanAsync(model, version, CircuitForm.Live, cancellation).ConfigureAwait(false);
    }

    private static int LargestPoint(WrangledHerd herd, string file, string? farm)
    {
        using var csv = HerdCsv.Open(file);
        var table = csv.ReadAll(HerdColumns.Parse(herd.Columns.ToString()), farm);
        return HerdPoints.Of(table, herd.Scaling, new Dictionary<string, LivePlace>(), null).Select(point => point.Count).DefaultIfEmpty(0).Max();
    }

    private async Task<(byte[] Bytes, CircuitPlan Plan)> PlanAsync(string model, int version, CircuitForm form, CancellationToken cancellation)
    {
        try
        {
            var answer = await _node.GetPlanAsync(model, version, form.ToString(), cancellation).ConfigureAwait(false);
            return (answer.Plan, CircuitPlan.FromJson(answer.Plan));
        }
        catch (NodeRefusedException refused) when (refused.Type == ProblemTypes.InvalidPayload)
        {
            throw new NoCircuitException(refused.Detail, refused);
        }
    }

    private static (HerdTable Table, IReadOnlyList<IReadOnlyList<HerdRecord>> Points) Read(LiveSubscription live, string file, double? lastTime)
    {
        using var csv = HerdCsv.Open(file);
        var table = csv.ReadAll(HerdColumns.Parse(live.Columns), live.Farm);
        var seen = live.Places.ToDictionary(place => place.Animal, StringComparer.Ordinal);
        return (table, HerdPoints.Of(table, live.Scaling, seen, lastTime));
    }

    private LiveEncryption EncryptionOf(LiveSubscription live, CircuitPlan plan)
    {
        using var _ = Clock.Measure(ForecastStage.Encrypt);
        var parameters = plan.CreateParameters();
        return new(plan, parameters, _ring.Get(live.KeySet, parameters), live.Scaling);
    }

    /// <summary>Puts records in their places, encrypts them, and keeps the ciphertexts until the node has them.</summary>
    private PendingPoint Prepare(
        LiveSubscription live, CircuitPlan plan, LiveEncryption encryption, HerdTable table, IReadOnlyList<HerdRecord> records)
    {
        var point = live.Appended + 1;
        var (places, placed) = PlaceBook.Take(live.Places, plan.WindowsPerBatch, point, records, table.Columns.MaximumGap);
        List<byte[]> chunks;
        using (Clock.Measure(ForecastStage.Encrypt)) chunks = encryption.Encrypt(placed);
        var pending = new PendingPoint(
            live with { Places = places, Appended = point },
            new(point, records.Max(record => record.Time), table.TimeIsCalendar,
                [.. chunks.Select(chunk => Convert.ToHexStringLower(SHA256.HashData(chunk)))], [.. PlaceBook.Windows(places, point, plan.TimePoints)], null));
        _home.WritePending(pending, chunks);
        return pending;
    }

    private async Task<LivePoint> SendAsync(PendingPoint pending, CancellationToken cancellation)
    {
        var id = pending.After.Subscription;
        using (Clock.Measure(ForecastStage.Upload))
        {
            for (var chunk = 0; chunk < pending.Point.ChunkSha256.Count; chunk++)
            {
                var bytes = _home.ReadPendingChunk(id, chunk);
                await _node.AppendPointAsync(id, pending.Point.Point, chunk, bytes, cancellation).ConfigureAwait(false);
                BytesSent += bytes.Length;
            }
        }
        _home.CommitPending(pending);
        return pending.Point;
    }
}
