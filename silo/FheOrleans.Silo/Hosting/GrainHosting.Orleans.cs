using System.Net;
using System.Net.Sockets;
using FheOrleans.Grains;
using FheOrleans.Silo.Options;
using Orleans.Configuration;
using Orleans.Hosting;
using Orleans.Storage;

namespace FheOrleans.Silo.Hosting;

/// <summary>Hosts the grains in an Orleans silo of this process: a cluster of one, on this machine.</summary>
/// <remarks>
/// One, because grain state is in the node's own file: a second silo would need a database that both reach. Between silos Orleans speaks
/// plain TCP and asks nobody who they are; here that endpoint is on the loopback address only, so keep strangers' processes off the
/// machine.
/// </remarks>
internal static class GrainHosting
{
    // The gateway is in the silo's own process; Orleans' clients would be a way in past it.
    private const int NoOrleansClients = 0;

    public static void Add(WebApplicationBuilder builder, NodeOptions options)
    {
        // Before the grains: hosted services start in this order, and the grains' own asks for unfinished work at once.
        builder.UseOrleans(silo => silo.UseLocalhostClustering(FreePort(), NoOrleansClients));
        builder.Services.Configure<GrainCollectionOptions>(collection =>
            (collection.CollectionAge, collection.CollectionQuantum) = (options.Idle, options.IdleQuantum));
        builder.Logging.AddFilter("Orleans", options.Log > LogLevel.Warning ? options.Log : LogLevel.Warning);
        // Orleans asks for a storage without a name where a grain names none.
        builder.Services.AddSingleton(provider => provider.GetRequiredKeyedService<IGrainStorage>("Default"));
        builder.Services.AddFheGrains(options.ApplyTo);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
