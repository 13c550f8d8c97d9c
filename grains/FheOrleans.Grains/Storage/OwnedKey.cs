namespace FheOrleans.Grains.Storage;

/// <summary>A grain key taken apart again: what a data owner has, <c>tenant/owner/name</c>.</summary>
internal readonly record struct OwnedKey(string Tenant, string Owner, string Name)
{
    /// <exception cref="ArgumentException">The key was not made by <see cref="GrainKeys"/>.</exception>
    internal static OwnedKey Parse(string key) => key.Split('/') is [var tenant, var owner, var name]
        ? new(tenant, owner, name)
        : throw new ArgumentException("A grain was asked for with a key that GrainKeys did not make.", nameof(key));

    internal string DataOwner => GrainKeys.DataOwner(Tenant, Owner);
}
