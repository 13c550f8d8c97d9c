using System.Security.Cryptography;
using FheOrleans.Client.Forecasts;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Live;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Client.Receipts;

/// <summary>The receipts of one point of a live forecast, as the home keeps them.</summary>
/// <param name="Versions">What came, by the model's version: after an upgrade the newest point is forecast again.</param>
internal sealed record KeptPoint(IReadOnlyDictionary<int, KeptForecast> Versions);

/// <summary>The receipt of one live forecast and what it was held against when it came.</summary>
/// <remarks>The hashes of the window's points are not among it: they stay in the home as they were sent.</remarks>
/// <param name="Receipt">The receipt, as it came.</param>
/// <param name="KeySetSha256">The hash of the key set as it was sent from here; null where it was not.</param>
/// <param name="ResultSha256">SHA-256 of the result as it was received.</param>
internal sealed record KeptForecast(SignedStatement Receipt, string? KeySetSha256, string ResultSha256);

/// <summary>
/// Checks the receipts of live forecasts when they come, and keeps them. Nothing is decrypted before its receipt was checked.
/// </summary>
internal sealed class LiveReceipts(FarmHome home, ReceiptBook book)
{
    private readonly SentHashes _sent = new(home);

    /// <summary>Checks and keeps the receipt of a forecast.</summary>
    /// <exception cref="ReceiptMismatchException">It is missing, or not of the result, input and model it must be of.</exception>
    /// <exception cref="NodeKeyChangedException">It is by another key.</exception>
    public void Take(LiveSubscription live, int point, int version, ReadOnlySpan<byte> result, SignedStatement? receipt)
    {
        var what = NameOf(live, point);
        if (receipt is null) throw new ReceiptMismatchException(what, "none", "one with each forecast");
        var plan = CircuitPlan.FromJson(live.Plans.GetValueOrDefault(version) ?? live.Plans.Values.First());
        var keySet = _sent.OfKeySet(live.KeySet, plan.NeedsRelinearizationKeys, plan.NeedsGaloisKeys);
        var taken = new KeptForecast(receipt, keySet, Convert.ToHexStringLower(SHA256.HashData(result)));
        Check(live, point, version, taken, WindowSha256(plan, point, old => home.ReadLivePoint(live.Subscription, old)), book.Key);
        home.WriteLiveReceipts(live.Subscription, point, new(new Dictionary<int, KeptForecast>(KeptOf(live, point, LiveHome.Place)) { [version] = taken }));
    }

    /// <summary>Checks again everything that is kept of a subscription; goes on after a fault.</summary>
    /// <param name="live">The subscription.</param>
    /// <param name="place">Where it rests in the home: <see cref="LiveHome.Place"/>, or that of an ended one.</param>
    /// <param name="unknown">Takes what cannot be held against anything.</param>
    /// <param name="faults">Takes what does not agree.</param>
    /// <returns>How many receipts hold.</returns>
    public int Recheck(LiveSubscription live, string place, List<string> unknown, List<string> faults)
    {
        var (plan, holding, unkept) = (CircuitPlan.FromJson(live.Plans[live.Version]), 0, 0);

        // Each point is in the windows of as many others as a window has: it is read once.
        var points = new Dictionary<int, LivePoint?>();
        LivePoint? Read(int point) =>
            points.TryGetValue(point, out var known) ? known : points[point] = home.ReadLivePoint(live.Subscription, point, place);
        for (var point = 1; point <= live.Appended; point++)
        {
            try
            {
                var kept = KeptOf(live, point, place);
                var window = WindowSha256(plan, point, Read);
                foreach (var (version, taken) in kept) Check(live, point, version, taken, window, book.KeyOf(taken.Receipt));
                if (kept.Count > 0 && window is null)
                    unknown.Add($"The {NameOf(live, point)}: this home does not have all points of its window.");
                else holding += kept.Count;

                if (Read(point)?.Forecast is not { } forecast) continue;
                if (kept.ContainsKey(forecast.Version)) continue;
                // Of versions whose hash this home has, each receipt was kept before its forecast.
                if (live.ModelSha256?.ContainsKey(forecast.Version) == true)
                    throw new ReceiptMismatchException(NameOf(live, point), "none in this home", "one, since its forecast was read");
                unkept++;
            }
            catch (ForecastException fault)
            {
                faults.Add(fault.Message);
            }
        }
        if (unkept > 0)
            unknown.Add($"Subscription '{live.Subscription}': {unkept} forecasts were read before this program kept receipts of live forecasts.");
        return holding;
    }

    private void Check(LiveSubscription live, int point, int version, KeptForecast taken, string? windowSha256, NodePublicKey key)
    {
        var (profile, members) = (home.ReadProfile(), StatementReader.Read(NameOf(live, point), taken.Receipt, key));
        members.Require("format", "fheorleans-receipt-1");
        members.Require("kind", "live");
        members.Require("tenant", profile.Tenant);
        members.Require("owner", profile.Owner);
        members.Require("subscription", live.Subscription);
        members.Require("point", point);
        members.Require("keySet", live.KeySet);
        members.Require("model", live.Model);
        members.Require("modelVersion", version);
        members.Require("resultSha256", taken.ResultSha256);
        if (live.ModelSha256?.GetValueOrDefault(version) is { Length: > 0 } model) members.Require("modelSha256", model);
        if (taken.KeySetSha256 is { } keySet) members.Require("keySetSha256", keySet);
        if (windowSha256 is not null) members.Require("inputSha256", windowSha256);
    }

    /// <summary>The hash over the chunks of all points of a window as they were sent; null if one of them is not in this home.</summary>
    private static string? WindowSha256(CircuitPlan plan, int point, Func<int, LivePoint?> read) => StatementReader.HashOver(
        Enumerable.Range(point - plan.TimePoints + 1, plan.TimePoints).SelectMany(old => read(old)?.ChunkSha256 ?? [null!]));

    private IReadOnlyDictionary<int, KeptForecast> KeptOf(LiveSubscription live, int point, string place) =>
        home.ReadLiveReceipts(live.Subscription, point, place)?.Versions ?? new Dictionary<int, KeptForecast>();

    private static string NameOf(LiveSubscription live, int point) => $"receipt of point {point} of subscription '{live.Subscription}'";
}
