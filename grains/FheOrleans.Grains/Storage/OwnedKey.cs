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

/// <summary>Marks that tell a thing from another of its name before or after it.</summary>
internal static class Incarnations
{
    /// <summary>The mark of everything that was stored before there were marks.</summary>
    private static readonly Guid Former = new("f0f0f0f0-0000-4000-8000-000000000001");

    /// <summary>The mark as it is compared.</summary>
    /// <param name="isThere">Whether there is anything.</param>
    /// <param name="stored">The mark that is stored.</param>
    /// <returns><see cref="Guid.Empty"/> only where there is nothing.</returns>
    internal static Guid Of(bool isThere, Guid stored) => !isThere ? Guid.Empty : stored == Guid.Empty ? Former : stored;
}
