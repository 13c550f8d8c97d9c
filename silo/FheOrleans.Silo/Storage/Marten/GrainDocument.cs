using FheOrleans.Grains;
using JasperFx.Metadata;
using Orleans.Runtime;

namespace FheOrleans.Silo.Storage.Marten;

/// <summary>One record of grain state as Marten knows it: who it belongs to and which version it is. Its bytes are in <c>grain_state</c>.</summary>
/// <remarks>
/// The bytes are in a table beside it because a document is jsonb: bytes in it would be base64, a third larger, and parsed by the database on
/// their way in. Both rows are written in one transaction.
/// </remarks>
internal sealed class GrainDocument : IVersioned
{
    /// <summary><see cref="StateRecord.Id"/>.</summary>
    public string Id { get; set; } = "";

    /// <summary>The version, given by Marten at every write and never used again: the grain's etag.</summary>
    public Guid Version { get; set; }

    /// <summary>Which bytes belong to this version: <c>grain_state.etag</c> of their row. Empty when there are none.</summary>
    public Guid Bytes { get; set; }

    /// <summary>
    /// Whether the state was cleared. The document stays as a tombstone, with a version that no earlier writer has read, until it is swept up.
    /// </summary>
    public bool IsCleared { get; set; }
}

/// <summary>Which record of which grain, and to which tenant it belongs.</summary>
/// <param name="Key">The grain's key, as <see cref="GrainKeys"/> makes them.</param>
/// <param name="Kind">The grain's type.</param>
/// <param name="Name">The record's name.</param>
internal readonly record struct StateRecord(string Key, string Kind, string Name)
{
    /// <summary>
    /// The tenant of what belongs to the whole cluster: the operator's grain and the register of unfinished work. No name of a tenant begins
    /// with this character.
    /// </summary>
    internal const string Cluster = "!cluster";

    /// <summary>The document's id. None of the three has a '|' in it: names are of letters, digits and '-'.</summary>
    internal string Id => $"{Key}|{Kind}|{Name}";

    /// <summary>The tenant, as the database keeps tenants apart.</summary>
    /// <remarks>
    /// The first name of the key. What is public on the whole node has <see cref="GrainKeys.Public"/> there, which is no tenant's name. A key of
    /// one name is a tenant's only where the grain is one of those there is one of for each tenant.
    /// </remarks>
    internal string Tenant => Key.IndexOf('/', StringComparison.Ordinal) is > 0 and var end ? Key[..end]
        : Kind is "tenant" or "tenantquota" or "modeldirectory" ? Key
        : Cluster;

    internal static StateRecord Of(string name, GrainId grain) => new(grain.Key.ToString()!, grain.Type.ToString()!, name);

    /// <inheritdoc/>
    public override string ToString() => $"'{Name}' of {Kind}/{Key}";
}
