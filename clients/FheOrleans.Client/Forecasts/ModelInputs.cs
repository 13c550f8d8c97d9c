using System.Collections.Immutable;
using System.Security.Cryptography;
using FheOrleans.Client.Herds;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Nodes;
using FheOrleans.Client.Receipts;
using FheOrleans.Networks;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Client.Forecasts;

/// <summary>
/// What a model's inputs are and how they were scaled when it was trained. Records of another farm, or of the same one a year on, have
/// other smallest and largest values: scaled by those, they would look to the network like other cows.
/// </summary>
public static class ModelInputs
{
    /// <summary>A herd's inputs as they go with a network that is trained on it.</summary>
    /// <param name="scaling">The herd's scaling.</param>
    public static ImmutableArray<NetworkInput> Of(MinMaxScaling scaling)
    {
        ArgumentNullException.ThrowIfNull(scaling);
        return [.. Enumerable.Range(0, scaling.Features).Select(i =>
            new NetworkInput(scaling.Names[i], scaling.Minimum[i], scaling.Maximum[i], scaling.WhenNeverMeasured[i]))];
    }

    /// <summary>By what a herd's records are scaled for a model: its own ranges, or the herd's where nobody knows them.</summary>
    /// <param name="node">The node, which states the hash of the model's network.</param>
    /// <param name="home">The home: ranges of its own networks are not published with a model of the farm's own.</param>
    /// <param name="model">The model's reference.</param>
    /// <param name="version">The model's version.</param>
    /// <param name="plan">The plan of its circuit; says the ranges of a model that is shared.</param>
    /// <param name="herd">The herd's scaling.</param>
    /// <param name="acceptNames">Whether the herd's inputs are the model's in their order, though they have other names.</param>
    /// <param name="cancellation">Stops waiting.</param>
    /// <exception cref="OtherInputsException">The herd's inputs have other names.</exception>
    internal static async Task<MinMaxScaling> ScalingAsync(
        NodeClient node, FarmHome home, string model, int version, CircuitPlan plan, MinMaxScaling herd, bool acceptNames,
        CancellationToken cancellation)
    {
        var inputs = plan.Inputs;
        if (inputs.IsEmpty)
            inputs = OfHome(home, await ReceiptBook.ModelSha256Async(node, model, version, cancellation).ConfigureAwait(false));
        if (inputs.IsEmpty) return herd;
        string[] names = [.. inputs.Select(input => input.Name)];
        if (!acceptNames && !names.SequenceEqual(herd.Names)) throw new OtherInputsException(names, herd.Names);
        return new(
            herd.Names, [.. inputs.Select(input => input.Minimum)], [.. inputs.Select(input => input.Maximum)],
            [.. inputs.Select(input => input.WhenNeverMeasured)]);
    }

    private static ImmutableArray<NetworkInput> OfHome(FarmHome home, string sha256)
    {
        foreach (var name in home.Names("networks"))
        {
            var network = home.ReadNetwork(name);
            var hash = Convert.ToHexString(SHA256.HashData(Published(network)));
            if (hash.Equals(sha256, StringComparison.OrdinalIgnoreCase)) return network.Inputs;
        }
        return [];
    }

    /// <summary>A network as it is published for nobody but this farm: nobody else scales by its ranges, so they stay here.</summary>
    public static byte[] Published(Network network)
    {
        ArgumentNullException.ThrowIfNull(network);
        return network.WithInputs([]).ToJson();
    }

    /// <summary>Windows in another scaling. What was clipped at the end of the first range stays there.</summary>
    internal static WindowSet Rescale(WindowSet windows, MinMaxScaling from, MinMaxScaling to)
    {
        if (from.HasSameRanges(to)) return windows;
        var points = new double[windows.Points.Length];
        for (var i = 0; i < points.Length; i++)
        {
            var input = i % windows.Features;
            points[i] = to.Normalize(input, from.Minimum[input] + windows.Points[i] * (from.Maximum[input] - from.Minimum[input]));
        }
        return new(points, windows.Features, windows.TimePoints, windows.WindowStarts);
    }
}
