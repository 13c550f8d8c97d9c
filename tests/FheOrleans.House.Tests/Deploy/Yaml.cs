using YamlDotNet.RepresentationModel;

namespace FheOrleans.House.Tests.Deploy;

/// <summary>Reads YAML as a tree: anchors are in their places, and what <c>&lt;&lt;</c> merges is found where it is not written anew, as programs see it.</summary>
internal static class Yaml
{
    private const string Merge = "<<";

    /// <summary>The documents of a file.</summary>
    public static IReadOnlyList<YamlNode> Load(string path)
    {
        using var reader = File.OpenText(path);
        var stream = new YamlStream();
        stream.Load(reader);
        return [.. stream.Documents.Select(document => document.RootNode)];
    }

    /// <summary>What a path of keys leads to; null where one is missing.</summary>
    public static YamlNode? At(this YamlNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var key in path) node = Entries(node).FirstOrDefault(entry => entry.Key == key).Value;
        return node;
    }

    /// <summary>The scalar that a path leads to; null where there is none.</summary>
    public static string? TextAt(this YamlNode? node, params ReadOnlySpan<string> path) => (node.At(path) as YamlScalarNode)?.Value;

    /// <summary>The whole number that a path leads to; null where there is none.</summary>
    public static int? NumberAt(this YamlNode? node, params ReadOnlySpan<string> path) =>
        int.TryParse(node.TextAt(path), System.Globalization.CultureInfo.InvariantCulture, out var number) ? number : null;

    /// <summary>The items of the list that a path leads to; none where there is no list.</summary>
    public static IEnumerable<YamlNode> ItemsAt(this YamlNode? node, params ReadOnlySpan<string> path) => node.At(path) as YamlSequenceNode ?? Enumerable.Empty<YamlNode>();

    /// <summary>The scalars of the list that a path leads to.</summary>
    public static string[] TextsAt(this YamlNode? node, params ReadOnlySpan<string> path) => [.. node.ItemsAt(path).Select(item => item.ToString())];

    /// <summary>Keys and values of the mapping that a path leads to; none where there is no mapping.</summary>
    public static IEnumerable<(string Key, YamlNode Value)> EntriesAt(this YamlNode? node, params ReadOnlySpan<string> path) => Entries(node.At(path));

    /// <summary>The node and everything below it.</summary>
    public static IEnumerable<YamlNode> Everything(this YamlNode node) => node.AllNodes;

    private static IEnumerable<(string Key, YamlNode Value)> Entries(YamlNode? node)
    {
        if (node is not YamlMappingNode map) return [];
        var own = map.Children.Where(pair => pair.Key.ToString() != Merge).Select(pair => (Key: pair.Key.ToString(), pair.Value)).ToArray();
        var merged = map.Children.TryGetValue(new YamlScalarNode(Merge), out var other) ? Entries(other) : [];
        return own.Concat(merged.Where(entry => !own.Any(written => written.Key == entry.Key)));
    }
}
