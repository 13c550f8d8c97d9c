namespace FheOrleans.House.Tests;

/// <summary>
/// The arrows of the house: which project may reference which. This table is the architecture; <see cref="ArrowTests"/> holds every
/// project file against it, so a new arrow is a change to this file and is seen in review.
/// </summary>
internal static class Arrows
{
    /// <summary>For each product project, all it may reference. What is not listed is forbidden.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> Allowed = new Dictionary<string, string[]>
    {
        ["FheOrleans.Ckks"] = [],
        ["FheOrleans.Ckks.Secrets"] = ["FheOrleans.Ckks"],
        ["FheOrleans.Networks"] = ["FheOrleans.Ckks"],
        ["FheOrleans.Embedded"] = [],
        ["FheOrleans.Grains.Abstractions"] = ["FheOrleans.Embedded"],
        ["FheOrleans.Grains"] = ["FheOrleans.Grains.Abstractions", "FheOrleans.Networks", "FheOrleans.Ckks"],
        ["FheOrleans.Gateway.Contracts"] = [],
        ["FheOrleans.Gateway"] = ["FheOrleans.Gateway.Contracts", "FheOrleans.Grains.Abstractions"],
        ["FheOrleans.Hosting"] = [],
        ["FheOrleans.Gateway.Host"] = ["FheOrleans.Gateway", "FheOrleans.Hosting", "FheOrleans.Grains.Abstractions"],
        ["FheOrleans.Silo"] = ["FheOrleans.Grains", "FheOrleans.Gateway", "FheOrleans.Hosting", "FheOrleans.Embedded"],
        ["FheOrleans.Client"] = ["FheOrleans.Gateway.Contracts", "FheOrleans.Networks", "FheOrleans.Ckks", "FheOrleans.Ckks.Secrets"],
        ["FheOrleans.Cli"] = ["FheOrleans.Client"],
    };

    /// <summary>Projects built together with another and never referenced by it: the command line, and the load, start the node as a process of its own.</summary>
    public static readonly IReadOnlyDictionary<string, string[]> BuiltWith = new Dictionary<string, string[]>
    {
        ["FheOrleans.Cli"] = ["FheOrleans.Silo"],
        ["FheOrleans.Load"] = ["FheOrleans.Silo"],
    };

    /// <summary>The projects that run where strangers' ciphertexts are: none may reach the secret key, however long the chain of references.</summary>
    public static readonly string[] Servers =
        ["FheOrleans.Networks", "FheOrleans.Embedded", "FheOrleans.Grains.Abstractions", "FheOrleans.Grains", "FheOrleans.Gateway.Contracts", "FheOrleans.Gateway", "FheOrleans.Gateway.Host", "FheOrleans.Hosting", "FheOrleans.Silo"];

    /// <summary>The only assembly that knows secret keys.</summary>
    public const string Secrets = "FheOrleans.Ckks.Secrets";
}
