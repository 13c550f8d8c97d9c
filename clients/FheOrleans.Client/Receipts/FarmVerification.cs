using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Live;
using FheOrleans.Client.Nodes;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Client.Receipts;

/// <summary>What a check of everything found.</summary>
/// <param name="Receipts">Receipts that hold.</param>
/// <param name="LiveReceipts">How many of them are of live forecasts.</param>
/// <param name="LedgerEntries">Entries of the ledger, all in one chain; null when the node was not asked.</param>
/// <param name="Entered">Key sets, datasets, points and inferences of this home that the ledger has with the right hashes.</param>
/// <param name="Unknown">Things of this home that could not be held against anything, and why.</param>
/// <param name="Faults">What does not agree. Empty when everything holds.</param>
public sealed record VerificationReport(
    int Receipts, int LiveReceipts, int? LedgerEntries, int Entered, IReadOnlyList<string> Unknown, IReadOnlyList<string> Faults);

/// <summary>Checks again everything that a farm has of its node's word: receipts, the ledger, and that its own things are in it.</summary>
public static class FarmVerification
{
    /// <summary>Checks everything; goes on after a fault, so that all are named.</summary>
    /// <param name="home">The farm's folder.</param>
    /// <param name="node">The node with the farm's token; null to check what is in the folder only.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="NodeException">The node is not there or refuses.</exception>
    /// <exception cref="FarmHomeException">The home is not initialized, or never met the node.</exception>
    public static async Task<VerificationReport> RunAsync(FarmHome home, NodeClient? node, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(home);
        var (book, unknown, faults) = (new ReceiptBook(home), new List<string>(), new List<string>());
        if (node is not null) await book.MeetAsync(node, cancellation).ConfigureAwait(false);

        var receipts = 0;
        foreach (var id in home.Forecasts())
            Attempt(faults, () => receipts += RecheckReceipts(home, book, id, unknown));
        var (liveBook, live) = (new LiveReceipts(home, book), 0);
        foreach (var id in home.LiveSubscriptions()) live += liveBook.Recheck(home.ReadLive(id)!, LiveHome.Place, unknown, faults);
        foreach (var (ended, place) in home.EndedSubscriptions()) live += liveBook.Recheck(ended, place, unknown, faults);

        IReadOnlyList<LedgerEntry>? ledger = null;
        var entered = 0;
        if (node is not null)
        {
            try
            {
                ledger = await FarmLedger.ReadAsync(node, home, cancellation).ConfigureAwait(false);
            }
            catch (ForecastException fault)
            {
                faults.Add(fault.Message);
            }
            if (ledger is not null) entered = CheckEntered(home, book, ledger, unknown, faults);
        }
        return new(receipts + live, live, ledger?.Count, entered, unknown, faults);
    }

    /// <summary>Takes the node's present key for the one to expect. The key before it is kept, for what it signed.</summary>
    /// <param name="home">The farm's folder.</param>
    /// <param name="node">The node.</param>
    /// <param name="cancellation">Stops waiting.</param>
    public static Task AcceptKeyAsync(FarmHome home, NodeClient node, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(home);
        ArgumentNullException.ThrowIfNull(node);
        return new ReceiptBook(home).AcceptKeyAsync(node, cancellation);
    }

    private static int RecheckReceipts(FarmHome home, ReceiptBook book, string id, List<string> unknown)
    {
        var forecast = home.ReadForecast(id)!;
        if (forecast.Read.Count == 0) return 0; // Nothing came of it.
        if (home.ReadUpload(forecast.Dataset) is not { } upload) unknown.Add($"Inference '{id}': the record of dataset '{forecast.Dataset}' is not in this home.");
        else if (book.Recheck(forecast, upload) is { } count) return count;
        else unknown.Add($"Inference '{id}': its results were read before this program kept receipts.");
        return 0;
    }

    private static int CheckEntered(FarmHome home, ReceiptBook book, IReadOnlyList<LedgerEntry> ledger, List<string> unknown, List<string> faults)
    {
        var (sent, entered, keySets) = (new SentHashes(home), 0, new HashSet<string>(StringComparer.Ordinal));
        foreach (var upload in home.Uploads().Select(id => home.ReadUpload(id)!).Where(upload => upload.IsComplete))
        {
            HoldKeySet(upload.KeySet, upload.Plan);
            Hold("datasetCompleted", upload.Dataset, sent.CountOf(upload.Dataset) is > 0 and var count ? sent.OfChunks(upload.Dataset, 0, count) : null);
        }
        foreach (var id in home.Forecasts())
            if (book.Read(id)?.Whole is { } whole) Hold("inferenceCompleted", id, StatementReader.HashOf(whole.Statement));
        foreach (var live in home.LiveSubscriptions().Select(id => home.ReadLive(id)!))
        {
            HoldKeySet(live.KeySet, live.Plans[live.Version]);
            // One of that name may have been ended before: what was appended since then is this one's, in its points' order.
            var ended = ledger.LastOrDefault(item => item.Kind == "subscriptionDeleted" && item.Subject == live.Subscription)?.Number ?? 0;
            var appended = ledger.Where(item => item.Kind == "datasetAppended" && item.Subject == live.Subscription && item.Number > ended)
                .ToArray();
            for (var point = 1; point <= live.Appended; point++)
            {
                var sha256 = home.ReadLivePoint(live.Subscription, point) is { } known ? StatementReader.HashOver(known.ChunkSha256) : null;
                Compare("datasetAppended", $"point {point} of {live.Subscription}", sha256, appended.ElementAtOrDefault(point - 1));
            }
        }
        foreach (var (live, place) in home.EndedSubscriptions())
        {
            // Others of that name may have been ended without being kept, so there is no counting here: each point's hash is in the ledger.
            var appended = ledger.Where(item => item.Kind == "datasetAppended" && item.Subject == live.Subscription).ToLookup(item => item.ContentSha256);
            for (var point = 1; point <= live.Appended; point++)
            {
                var sha256 = home.ReadLivePoint(live.Subscription, point, place) is { } known ? StatementReader.HashOver(known.ChunkSha256) : null;
                Compare("datasetAppended", $"point {point} of {live.Subscription}, ended", sha256, sha256 is null ? null : appended[sha256].FirstOrDefault());
            }
        }
        return entered;

        // Several datasets and subscriptions may be under one key set.
        void HoldKeySet(string keySet, byte[] planJson)
        {
            if (!keySets.Add(keySet)) return;
            var plan = CircuitPlan.FromJson(planJson);
            Hold("keySetStored", keySet, sent.OfKeySet(keySet, plan.NeedsRelinearizationKeys, plan.NeedsGaloisKeys));
        }

        // Of several entries about one thing the last counts: it may have been deleted and stored anew.
        void Hold(string kind, string subject, string? sha256) =>
            Compare(kind, subject, sha256, ledger.LastOrDefault(item => item.Kind == kind && item.Subject == subject));

        void Compare(string kind, string subject, string? sha256, LedgerEntry? entry)
        {
            if (sha256 is null) unknown.Add($"'{subject}' ({kind}): not all of it was sent from this home, or it was sent before this program kept hashes.");
            else if (entry is null) faults.Add($"The ledger has no entry '{kind}' for '{subject}', which this farm knows to have happened.");
            else if (entry.ContentSha256 != sha256) faults.Add($"Entry {entry.Number} of the ledger, '{kind}' of '{subject}', has hash {entry.ContentSha256 ?? "none"}, expected {sha256}.");
            else entered++;
        }
    }

    private static void Attempt(List<string> faults, Action check)
    {
        try
        {
            check();
        }
        catch (ForecastException fault)
        {
            faults.Add(fault.Message);
        }
    }
}
