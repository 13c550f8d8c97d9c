using System.Globalization;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Nodes;

namespace FheOrleans.Cli;

/// <summary>A farm's home and a connection to its node, for one command.</summary>
internal sealed class FarmSession : IAsyncDisposable
{
    private FarmSession(FarmHome home, NodeClient node) => (Home, Node) = (home, node);

    public FarmHome Home { get; }

    public NodeClient Node { get; }

    public static FarmSession Open(string? folder, string? passphraseFile, NodeClientOptions? options = null)
    {
        var home = SharedOptions.OpenHome(folder, passphraseFile);
        try
        {
            var profile = home.ReadProfile();
            return new(home, new NodeClient(profile.ToAddress(), home.ReadToken(), options));
        }
        catch
        {
            home.Dispose();
            throw;
        }
    }

    /// <summary>Reads <c>publisher/model</c> or <c>publisher/model@version</c>; the newest version if none is named.</summary>
    public async Task<(string Model, int Version)> ResolveAsync(string reference, CancellationToken cancellation)
    {
        var at = reference.IndexOf('@', StringComparison.Ordinal);
        if (at >= 0)
        {
            return int.TryParse(reference[(at + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0
                ? (reference[..at], version)
                : throw new UsageException("A model is publisher/model or public/model, with @version for another than the newest, where the version is a number from 1.");
        }
        var description = await Node.GetModelAsync(reference, cancellation);
        return (reference, description.Versions.Max(item => item.Version));
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        Home.Dispose();
    }
}
