using FheOrleans.Gateway.Host.Options;
using FheOrleans.Hosting;

namespace FheOrleans.Gateway.Host.Hosting;

/// <summary>The gateway of a build without Orleans: there is no cluster to be the gateway of.</summary>
internal static class GatewayHost
{
    /// <summary>Says what to build instead.</summary>
    /// <exception cref="StartException">Always.</exception>
    public static Task RunAsync(GatewayHostOptions options) => throw new StartException(
        "This build hosts grains in one process: run FheOrleans.Silo.dll --data DIR, which has its own gateway. For a cluster build with -p:Cluster=Orleans.");
}
