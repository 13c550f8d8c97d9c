using FheOrleans.Hosting;
using FheOrleans.Silo.Options;

namespace FheOrleans.Silo.Hosting;

/// <summary>The silo of a cluster, of a build without Orleans: there is none.</summary>
internal static class ClusterSilo
{
    /// <summary>Says what to build instead.</summary>
    /// <exception cref="StartException">Always.</exception>
    public static Task RunAsync(ClusterSiloOptions options) => throw new StartException(
        "This build hosts grains in one process: run it with --data DIR. For silos of a cluster build with -p:Cluster=Orleans.");
}
