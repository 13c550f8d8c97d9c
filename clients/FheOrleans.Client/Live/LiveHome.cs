using System.Globalization;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Receipts;

namespace FheOrleans.Client.Live;

/// <summary>What live forecasts keep in a farm's home.</summary>
/// <remarks>
/// <code>
/// live/ID.json                the subscription: places, scaling, plans
/// live/ID/POINT.json          each appended point and its forecast
/// live/ID/receipts/POINT.json the receipts of its forecasts
/// live/ID/pending.json        a point on its way to the node, with its chunks beside it; gone once it is acknowledged
/// live/shown.json             number of the last event that was shown
/// live-ended/N/…              ended ones, counted from 1: ID.json, ID/POINT.json and ID/receipts as above
/// </code>
/// </remarks>
public static class LiveHome
{
    /// <summary>Where the live ones rest, below the home's folder.</summary>
    internal const string Place = Folder;

    private const string Folder = "live", EndedFolder = "live-ended";

    /// <summary>A subscription; null if this home has none of that name.</summary>
    /// <param name="home">The home.</param>
    /// <param name="subscription">Its id.</param>
    public static LiveSubscription? ReadLive(this FarmHome home, string subscription) => Of(home).Read<LiveSubscription>(FileOf(subscription));

    /// <summary>Ids of this home's subscriptions.</summary>
    /// <param name="home">The home.</param>
    public static IReadOnlyList<string> LiveSubscriptions(this FarmHome home) => Of(home).Names(Folder).Where(name => name != "shown").ToArray();

    /// <summary>A point; null if it was not appended from here.</summary>
    /// <param name="home">The home.</param>
    /// <param name="subscription">The subscription.</param>
    /// <param name="point">The point's number.</param>
    public static LivePoint? ReadLivePoint(this FarmHome home, string subscription, int point) => Of(home).ReadLivePoint(subscription, point, Folder);

    /// <summary>Number of the last event that was shown; 0 before the first.</summary>
    /// <param name="home">The home.</param>
    public static long ReadShown(this FarmHome home) => Of(home).Read<Shown>(Path.Combine(Folder, "shown.json"))?.Sequence ?? 0;

    /// <summary>Keeps the number of the last event that was shown.</summary>
    /// <param name="home">The home.</param>
    /// <param name="sequence">The number.</param>
    public static void WriteShown(this FarmHome home, long sequence) => Of(home).Write(Path.Combine(Folder, "shown.json"), new Shown(sequence));

    /// <summary>The live forecasts that were ended and kept, each with where it rests now.</summary>
    internal static IReadOnlyList<(LiveSubscription Live, string Place)> EndedSubscriptions(this FarmHome home)
    {
        var ended = new List<(LiveSubscription, string)>();
        var above = Path.Combine(home.Folder, EndedFolder);
        if (!Directory.Exists(above)) return ended;
        foreach (var folder in Directory.EnumerateDirectories(above).Order(StringComparer.Ordinal))
        {
            var place = Path.Combine(EndedFolder, Path.GetFileName(folder));
            foreach (var id in home.Names(place))
                if (home.Read<LiveSubscription>(Path.Combine(place, id + ".json")) is { } live) ended.Add((live, place));
        }
        return ended;
    }

    /// <param name="home">The home.</param>
    /// <param name="subscription">The subscription.</param>
    /// <param name="point">The point's number.</param>
    /// <param name="place">Where the subscription rests: among the live ones, or among those that ended.</param>
    internal static LivePoint? ReadLivePoint(this FarmHome home, string subscription, int point, string place) => home.Read<LivePoint>(PointFile(subscription, point, place));

    internal static void WriteLive(this FarmHome home, LiveSubscription live) => home.Write(FileOf(live.Subscription), live);

    internal static void WriteLivePoint(this FarmHome home, string subscription, LivePoint point) => home.Write(PointFile(subscription, point.Point), point);

    /// <summary>Keeps a point before it is sent. Its chunks first: the record says that they are all there.</summary>
    internal static void WritePending(this FarmHome home, PendingPoint pending, IReadOnlyList<byte[]> chunks)
    {
        for (var chunk = 0; chunk < chunks.Count; chunk++) OwnerOnlyFiles.Write(ChunkPath(home, pending.After.Subscription, chunk), chunks[chunk]);
        home.Write(PendingFile(pending.After.Subscription), pending);

        // Its forecast may be pushed to another of this farm's commands before the acknowledgement comes to this one.
        home.WriteLivePoint(pending.After.Subscription, pending.Point);
    }

    /// <summary>The receipts of a point's forecasts; null before the first.</summary>
    internal static KeptPoint? ReadLiveReceipts(this FarmHome home, string subscription, int point, string place = Folder) =>
        home.Read<KeptPoint>(ReceiptFile(subscription, point, place));

    internal static void WriteLiveReceipts(this FarmHome home, string subscription, int point, KeptPoint kept) =>
        home.Write(ReceiptFile(subscription, point), kept);

    internal static PendingPoint? ReadPending(this FarmHome home, string subscription) => home.Read<PendingPoint>(PendingFile(subscription));

    internal static byte[] ReadPendingChunk(this FarmHome home, string subscription, int chunk) => File.ReadAllBytes(ChunkPath(home, subscription, chunk));

    /// <summary>The point is on the node: now it counts here too. Repeating it changes nothing.</summary>
    internal static void CommitPending(this FarmHome home, PendingPoint pending)
    {
        var id = pending.After.Subscription;
        // A forecast that came meanwhile stays, and so does a version that was put in place meanwhile.
        if (home.ReadLivePoint(id, pending.Point.Point) is null) home.WriteLivePoint(id, pending.Point);
        var now = home.ReadLive(id) ?? pending.After;
        home.WriteLive(pending.After with { Version = now.Version, Plans = now.Plans, ModelSha256 = now.ModelSha256 });
        File.Delete(Path.Combine(home.Folder, PendingFile(id)));
        for (var chunk = 0; chunk < pending.Point.ChunkSha256.Count; chunk++) File.Delete(ChunkPath(home, id, chunk));
    }

    /// <summary>
    /// Takes a subscription from among the live ones and keeps it, with its points, forecasts and receipts, among those that ended. Cut off in the
    /// middle, it is done again: the points first, so that the next of that name never finds them.
    /// </summary>
    internal static void EndLive(this FarmHome home, string subscription)
    {
        var (above, points) = (Path.Combine(home.Folder, EndedFolder), Path.Combine(home.Folder, Folder, FarmHome.Checked(subscription)));
        var (file, number) = (Path.Combine(home.Folder, FileOf(subscription)), 1);
        string Ended(string name) => Path.Combine(above, number.ToString("D4", CultureInfo.InvariantCulture), name);
        while (File.Exists(Ended(subscription + ".json")) || (Directory.Exists(Ended(subscription)) && Directory.Exists(points))) number++;
        Directory.CreateDirectory(Ended(""));
        if (Directory.Exists(points))
        {
            foreach (var pending in Directory.EnumerateFiles(points, "pending*")) File.Delete(pending); // It never counted.
            Directory.Move(points, Ended(subscription));
        }
        File.Move(file, Ended(subscription + ".json"));
    }

    /// <summary>Removes a subscription from the home, with its points, forecasts and receipts.</summary>
    internal static void DeleteLive(this FarmHome home, string subscription)
    {
        var folder = Path.Combine(home.Folder, Folder, FarmHome.Checked(subscription));
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
        File.Delete(Path.Combine(home.Folder, FileOf(subscription)));
    }

    private static string FileOf(string subscription) => FarmHome.Checked(subscription) is "shown"
        ? throw new FarmHomeException("A subscription cannot be called 'shown' here. Choose another id.")
        : Path.Combine(Folder, subscription + ".json");

    private static string PointFile(string subscription, int point, string place = Folder) =>
        Path.Combine(place, FarmHome.Checked(subscription), point.ToString("D6", CultureInfo.InvariantCulture) + ".json");

    private static string ReceiptFile(string subscription, int point, string place = Folder) =>
        Path.Combine(place, FarmHome.Checked(subscription), "receipts", point.ToString("D6", CultureInfo.InvariantCulture) + ".json");

    private static string PendingFile(string subscription) => Path.Combine(Folder, FarmHome.Checked(subscription), "pending.json");

    private static string ChunkPath(FarmHome home, string subscription, int chunk) =>
        Path.Combine(home.Folder, Folder, FarmHome.Checked(subscription), string.Create(CultureInfo.InvariantCulture, $"pending-{chunk}.chunk"));

    private static FarmHome Of(FarmHome home)
    {
        ArgumentNullException.ThrowIfNull(home);
        return home;
    }

    private sealed record Shown(long Sequence);
}

/// <summary>A point on its way: what the home will hold once the node has it.</summary>
internal sealed record PendingPoint(LiveSubscription After, LivePoint Point);
