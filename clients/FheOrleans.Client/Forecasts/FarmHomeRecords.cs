using FheOrleans.Client.Herds;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Receipts;
using FheOrleans.Networks;

namespace FheOrleans.Client.Forecasts;

/// <summary>The records that forecasts keep in a farm's home.</summary>
public static class FarmHomeRecords
{
    /// <summary>A wrangled herd.</summary>
    /// <param name="home">The home.</param>
    /// <param name="name">The herd's name.</param>
    /// <exception cref="FarmHomeException">There is none of that name.</exception>
    /// <exception cref="WrangledHerdFormatException">The file is damaged.</exception>
    public static WrangledHerd ReadHerd(this FarmHome home, string name)
    {
        ArgumentNullException.ThrowIfNull(home);
        return File.Exists(home.HerdPath(name)) ? home.Shelf.Load(home.HerdPath(name))
            : throw Absent(home, "herd", "herds", name, "farm wrangle");
    }

    /// <summary>A trained network.</summary>
    /// <param name="home">The home.</param>
    /// <param name="name">The network's name.</param>
    /// <exception cref="FarmHomeException">There is none of that name.</exception>
    /// <exception cref="NetworkFormatException">The file is damaged.</exception>
    public static Network ReadNetwork(this FarmHome home, string name)
    {
        ArgumentNullException.ThrowIfNull(home);
        return File.Exists(home.NetworkPath(name)) ? Network.FromJson(File.ReadAllBytes(home.NetworkPath(name)))
            : throw Absent(home, "network", "networks", name, "farm train");
    }

    /// <summary>Keeps a trained network.</summary>
    /// <param name="home">The home.</param>
    /// <param name="name">The network's name.</param>
    /// <param name="network">The network.</param>
    public static void WriteNetwork(this FarmHome home, string name, Network network)
    {
        ArgumentNullException.ThrowIfNull(home);
        ArgumentNullException.ThrowIfNull(network);
        OwnerOnlyFiles.Write(home.NetworkPath(name), network.ToJson());
    }

    /// <summary>What a dataset was made of; null if it was not uploaded from here.</summary>
    /// <param name="home">The home.</param>
    /// <param name="dataset">The dataset's id.</param>
    public static UploadRecord? ReadUpload(this FarmHome home, string dataset) => Of(home).Read<UploadRecord>(UploadName(dataset));

    /// <summary>A dataset's record with the herd it was made of.</summary>
    /// <param name="home">The home.</param>
    /// <param name="dataset">The dataset's id.</param>
    /// <exception cref="FarmHomeException">It was not uploaded from here, or the herd was wrangled anew since.</exception>
    public static (UploadRecord Upload, WrangledHerd Herd) ReadUploaded(this FarmHome home, string dataset)
    {
        var upload = home.ReadUpload(dataset)
            ?? throw new FarmHomeException($"Dataset '{dataset}' was not uploaded from this home. Run 'farm upload' first.");
        var herd = home.ReadHerd(upload.Herd);
        return WindowContent.HashOf(herd.PartOf(upload.Part).Windows) == upload.Content
            ? (upload, herd)
            : throw new FarmHomeException($"Herd '{upload.Herd}' was wrangled anew since dataset '{dataset}' was uploaded, so its forecasts would be read at the wrong windows. Upload it again and predict from that.");
    }

    /// <summary>A forecast; null if there is none of that inference.</summary>
    /// <param name="home">The home.</param>
    /// <param name="inference">The inference's id.</param>
    public static ForecastRecord? ReadForecast(this FarmHome home, string inference) => Of(home).Read<ForecastRecord>(ForecastName(inference));

    /// <summary>Ids of the datasets uploaded from here.</summary>
    /// <param name="home">The home.</param>
    public static IReadOnlyList<string> Uploads(this FarmHome home) => Of(home).Names("uploads");

    /// <summary>Ids of the inferences started from here.</summary>
    /// <param name="home">The home.</param>
    public static IReadOnlyList<string> Forecasts(this FarmHome home) => Of(home).Names("forecasts");

    /// <summary>Number of the last event taken from the node; 0 before the first.</summary>
    /// <param name="home">The home.</param>
    public static long ReadLastEvent(this FarmHome home) => Of(home).Read<LastEvent>("events.json")?.Sequence ?? 0;

    /// <summary>Forgets a dataset that was deleted on the node: what was computed from it, and its receipts, stay.</summary>
    /// <param name="home">The home.</param>
    /// <param name="dataset">The dataset's id.</param>
    public static void ForgetUpload(this FarmHome home, string dataset)
    {
        File.Delete(Path.Combine(Of(home).Folder, UploadName(dataset)));
        new SentHashes(home).ForgetDataset(dataset);
    }

    /// <summary>Forgets that a key set was sent, when it was deleted on the node. Its secret key stays: what it encrypted may still be read.</summary>
    /// <param name="home">The home.</param>
    /// <param name="keySet">The key set's id.</param>
    public static void ForgetSentKeys(this FarmHome home, string keySet) => new SentHashes(Of(home)).ForgetKeySet(FarmHome.Checked(keySet));

    internal static void WriteUpload(this FarmHome home, UploadRecord upload) => home.Write(UploadName(upload.Dataset), upload);

    internal static void WriteForecast(this FarmHome home, ForecastRecord forecast) => home.Write(ForecastName(forecast.Inference), forecast);

    internal static void DeleteForecast(this FarmHome home, string inference) => File.Delete(Path.Combine(home.Folder, ForecastName(inference)));

    internal static void WriteLastEvent(this FarmHome home, long sequence) => home.Write("events.json", new LastEvent(sequence));

    internal static bool HasPendingKey(this FarmHome home, string keySet, string kind) => File.Exists(PendingKeyPath(home, keySet, kind));

    internal static byte[]? ReadPendingKey(this FarmHome home, string keySet, string kind) =>
        home.HasPendingKey(keySet, kind) ? File.ReadAllBytes(PendingKeyPath(home, keySet, kind)) : null;

    internal static void WritePendingKey(this FarmHome home, string keySet, string kind, byte[] bytes) => OwnerOnlyFiles.Write(PendingKeyPath(home, keySet, kind), bytes);

    internal static void DeletePendingKey(this FarmHome home, string keySet, string kind) => File.Delete(PendingKeyPath(home, keySet, kind));

    private static string UploadName(string dataset) => Path.Combine("uploads", FarmHome.Checked(dataset) + ".json");

    private static string ForecastName(string inference) => Path.Combine("forecasts", FarmHome.Checked(inference) + ".json");

    private static string PendingKeyPath(FarmHome home, string keySet, string kind) =>
        Path.Combine(home.Folder, "pending", $"{FarmHome.Checked(keySet)}.{kind.ToLowerInvariant()}");

    private static FarmHome Of(FarmHome home)
    {
        ArgumentNullException.ThrowIfNull(home);
        return home;
    }

    private static FarmHomeException Absent(FarmHome home, string what, string folder, string name, string command)
    {
        var there = home.Names(folder);
        return new($"There is no {what} '{name}' in this home{(there.Count == 0 ? "" : $" (there is: {string.Join(", ", there)})")}. Make it with '{command}'.");
    }

    private sealed record LastEvent(long Sequence);
}
