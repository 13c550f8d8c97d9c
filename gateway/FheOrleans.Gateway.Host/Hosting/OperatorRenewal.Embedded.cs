using FheOrleans.Gateway.Host.Options;
using FheOrleans.Hosting;

namespace FheOrleans.Gateway.Host.Hosting;

/// <summary>A cluster's new operator token, of a build without Orleans: there is no cluster to ask.</summary>
internal static class OperatorRenewal
{
    /// <summary>Says what to run instead.</summary>
    /// <exception cref="StartException">Always.</exception>
    public static Task RunAsync(OperatorRenewalOptions options) => throw new StartException(
        "This build hosts grains in one process: stop the node and run FheOrleans.Silo.dll --data DIR --new-operator-token. For a cluster build with -p:Cluster=Orleans.");
}
