using FheOrleans.Client.Nodes;

namespace FheOrleans.Client.Keys;

/// <summary>Where a farm's node is and who the farm is there. Nothing in it is secret.</summary>
/// <param name="Url">The node's address, the first one where it has several.</param>
/// <param name="CertificateSha256">SHA-256 of the node's certificate, hexadecimal: any other is refused.</param>
/// <param name="Tenant">The co-operative.</param>
/// <param name="Owner">The farm's name in it.</param>
/// <param name="Others">The node's other addresses, where it is a cluster with several gateways; null where it has one.</param>
public sealed record FarmProfile(Uri Url, string CertificateSha256, string Tenant, string Owner, IReadOnlyList<Uri>? Others = null)
{
    /// <summary>Who a farm is at a node.</summary>
    /// <param name="address">The node.</param>
    /// <param name="tenant">The co-operative.</param>
    /// <param name="owner">The farm's name in it.</param>
    public static FarmProfile At(NodeAddress address, string tenant, string owner)
    {
        ArgumentNullException.ThrowIfNull(address);
        return new FarmProfile(address.Url, address.CertificateSha256, tenant, owner).MovedTo(address);
    }

    /// <summary>All addresses of the node, with its certificate.</summary>
    /// <exception cref="ArgumentException">The profile was written by hand, and is none.</exception>
    public NodeAddress ToAddress() => new([Url, .. Others ?? []], CertificateSha256);

    /// <summary>The same farm at a node's new addresses.</summary>
    /// <param name="address">The node.</param>
    public FarmProfile MovedTo(NodeAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        return this with { Url = address.Url, CertificateSha256 = address.CertificateSha256, Others = address.Urls.Count > 1 ? [.. address.Urls.Skip(1)] : null };
    }
}

/// <summary>Something is missing or damaged in a farm's folder.</summary>
/// <param name="message">What, and what to do.</param>
/// <param name="inner">What the reader said.</param>
public sealed class FarmHomeException(string message, Exception? inner = null) : Exception(message, inner);
