using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using FheOrleans.Client.Keys;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Client.Receipts;

/// <summary>
/// Remembers in the home what was sent to the node, by its hashes: without them a receipt could not be held against anything.
/// </summary>
/// <remarks>
/// Written before a thing is sent. So what is on the node is always in here; what is in here and never arrived is sent anew under the same
/// name, and the later line counts. A file that a crash cut short loses its last line only, and that was not sent.
/// </remarks>
internal sealed class SentHashes(FarmHome home)
{
    private readonly Lock _gate = new();

    /// <summary>Remembers a chunk that is about to be sent.</summary>
    public void Chunk(string dataset, int index, ReadOnlySpan<byte> bytes) =>
        Append(DatasetFile(dataset), string.Create(CultureInfo.InvariantCulture, $"{index} {Hash(bytes)}\n"));

    /// <summary>Remembers a key object, or the parameters, that is about to be sent.</summary>
    public void KeyObject(string keySet, KeyObjectKind kind, ReadOnlySpan<byte> bytes) => Append(KeySetFile(keySet), $"{Routes.Segment(kind)} {Hash(bytes)}\n");

    /// <summary>Remembers the parameters of a key set.</summary>
    public void Parameters(string keySet, ReadOnlySpan<byte> bytes) => Append(KeySetFile(keySet), $"parameters {Hash(bytes)}\n");

    /// <summary>The hash that statements have of a key set; null if not all of it was sent from here.</summary>
    public string? OfKeySet(string keySet, bool relinearization, bool galois)
    {
        var known = Read(KeySetFile(keySet));
        return StatementReader.HashOver(
            new[] { "parameters", "public", relinearization ? "relinearization" : null, galois ? "galois" : null }
                .OfType<string>().Select(known.GetValueOrDefault));
    }

    /// <summary>The hash that receipts have of a batch's chunks; null if not all of them were sent from here.</summary>
    public string? OfChunks(string dataset, int first, int count)
    {
        var known = Read(DatasetFile(dataset));
        return StatementReader.HashOver(
            Enumerable.Range(first, count).Select(index => known.GetValueOrDefault(index.ToString(CultureInfo.InvariantCulture))));
    }

    /// <summary>Forgets a dataset that is deleted. Its receipts keep what they were held against.</summary>
    public void ForgetDataset(string dataset) => File.Delete(DatasetFile(dataset));

    /// <summary>Forgets a key set that is deleted.</summary>
    public void ForgetKeySet(string keySet) => File.Delete(KeySetFile(keySet));

    /// <summary>How many chunks of a dataset were sent from here.</summary>
    public int CountOf(string dataset) => Read(DatasetFile(dataset)).Count;

    private static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private string DatasetFile(string dataset) => Path.Combine(home.Folder, "sent", $"{FarmHome.Checked(dataset)}.chunks");

    private string KeySetFile(string keySet) => Path.Combine(home.Folder, "sent", $"{FarmHome.Checked(keySet)}.keys");

    private void Append(string path, string line)
    {
        lock (_gate) OwnerOnlyFiles.Append(path, Encoding.ASCII.GetBytes(line));
    }

    // The last line of a name counts; one without its end was cut short.
    private static Dictionary<string, string> Read(string path)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!File.Exists(path)) return known;
        foreach (var line in File.ReadAllText(path).Split('\n')[..^1])
            if (line.Split(' ') is [var name, { Length: 64 } hash]) known[name] = hash;
        return known;
    }
}
