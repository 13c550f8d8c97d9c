using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace FheOrleans.House.Tests.Deploy;

/// <summary>Reads YAML as a tree, with <c>&lt;&lt;</c> and anchors put in their places, so that tests see what a program would.</summary>
internal static class Yaml
{
    /// <summary>The documents of a file.</summary>
    public static IReadOnlyList<YamlNode> Load(string path)
    {
        using var reader = File.OpenText(path);
        var stream = new YamlStream();
        stream.Load(new MergingParser(new Parser(reader)));
        return [.. stream.Documents.Select(document => document.RootNode)];
    }

    /// <summary>What a path of keys leads to; null where one is missing.</summary>
    public static YamlNode? At(this YamlNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var key in path) node = node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(key), out var child) ? child : null;
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

    /// <summary>Keys and values of the mapping that a path leads to.</summary>
    public static IEnumerable<(string Key, YamlNode Value)> EntriesAt(this YamlNode? node, params ReadOnlySpan<string> path) =>
        node.At(path) is YamlMappingNode map ? map.Children.Select(pair => (pair.Key.ToString(), pair.Value)) : [];

    /// <summary>The node and everything below it.</summary>
    public static IEnumerable<YamlNode> Everything(this YamlNode node) => node.AllNodes;
}
