using FheOrleans.Embedded;
using FheOrleans.Grains;
using FheOrleans.Silo.Options;

namespace FheOrleans.Silo.Hosting;

/// <summary>Hosts the grains in this process.</summary>
internal static class GrainHosting
{
    public static void Add(WebApplicationBuilder builder, NodeOptions options)
    {
        builder.Services.AddEmbeddedGrains(typeof(FheGrainsOptions).Assembly);
        builder.Services.Configure<EmbeddedSiloOptions>(silo => (silo.CollectionAge, silo.CollectionQuantum) = (options.Idle, options.IdleQuantum));
        builder.Services.AddFheGrains(options.ApplyTo);
    }
}
