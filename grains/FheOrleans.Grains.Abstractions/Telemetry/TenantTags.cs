using System.Collections.Concurrent;

namespace FheOrleans.Grains.Telemetry;

/// <summary>
/// The tenants that metrics tell apart. Every value of a tag is a series that a collector keeps, so their number is bounded: the first
/// tenants seen have their own, the others share one.
/// </summary>
public sealed class TenantTags
{
    /// <summary>The tag's key.</summary>
    public const string Key = "fheorleans.tenant";

    /// <summary>The tenants that have a series of their own.</summary>
    public const int MaximumTenants = 200;

    /// <summary>What tenants beyond that share. No tenant can be called this.</summary>
    public const string Others = "(others)";

    /// <summary>What is of no tenant: the operator's, and callers who are not known. No tenant can be called this.</summary>
    public const string None = "(none)";

    private readonly ConcurrentDictionary<string, string> _known = new();

    /// <summary>The tag of a tenant.</summary>
    /// <param name="tenant">Its name; empty for what is of no tenant.</param>
    public KeyValuePair<string, object?> Of(string tenant) => new(Key, NameOf(tenant));

    private string NameOf(string tenant)
    {
        if (string.IsNullOrEmpty(tenant)) return None;
        if (_known.TryGetValue(tenant, out var known)) return known;
        // Two at once may pass the bound together; it is a bound on memory, not a number anybody relies on.
        return _known.Count < MaximumTenants ? _known.GetOrAdd(tenant, tenant) : Others;
    }
}
