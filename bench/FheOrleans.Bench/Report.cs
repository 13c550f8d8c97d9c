using System.Text;
using System.Text.Json.Nodes;

namespace FheOrleans.Bench;

/// <summary>A run as one JSON object, or as a table.</summary>
internal sealed class Report(Measured[] settings)
{
    public JsonObject ToJson()
    {
        var json = new JsonObject
        {
            ["unit"] = "median microseconds, one thread",
            ["machine"] = new JsonObject
            {
                ["cpu"] = Machine.Cpu,
                ["processors"] = Environment.ProcessorCount,
                ["vectorBits"] = Machine.VectorBits,
                ["runtime"] = Machine.Runtime,
            },
        };
        var (nodeSeal, ratio) = (new JsonObject(), new JsonObject());
        foreach (var (setting, ours, theirs, skipped) in settings)
        {
            json[$"{setting}"] = Numbers(ours, 1);
            if (theirs is null)
            {
                nodeSeal["skipped"] = skipped;
                continue;
            }
            nodeSeal[$"{setting}"] = Numbers(theirs, 1);
            ratio[$"{setting}"] = Numbers(ours.ToDictionary(pair => pair.Key, pair => pair.Value / theirs[pair.Key]), 4);
        }
        if (ratio.Count > 0) nodeSeal["ratio"] = ratio;
        json["nodeSeal"] = nodeSeal;
        return json;
    }

    public string ToTable()
    {
        var table = new StringBuilder();
        table.AppendLine($"{Machine.Cpu}, {Environment.ProcessorCount} processors, vectors of {Machine.VectorBits} bits, {Machine.Runtime}");
        foreach (var (setting, ours, theirs, skipped) in settings)
        {
            table.AppendLine().AppendLine($"N = {setting} {{{string.Join(',', setting.ModulusBits)}}}, median microseconds, one thread");
            table.AppendLine($"{"",-16} {"ours",10} {"node-seal",10} {"ratio",7}");
            foreach (var (name, time) in ours)
                table.AppendLine(theirs is null ? $"{name,-16} {time,10:F1}" : $"{name,-16} {time,10:F1} {theirs[name],10:F1} {time / theirs[name],7:F3}");
            if (skipped is not null) table.AppendLine($"No node-seal: {skipped}");
        }
        return table.ToString();
    }

    private static JsonObject Numbers(Dictionary<string, double> values, int digits) =>
        new(values.Select(pair => KeyValuePair.Create(pair.Key, (JsonNode?)Math.Round(pair.Value, digits))));
}
