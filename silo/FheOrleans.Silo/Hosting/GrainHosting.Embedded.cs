using System.Reflection;
using FheOrleans.Embedded;
using FheOrleans.Silo.Options;

namespace FheOrleans.Silo.Hosting;

/// <summary>Hosts the grains in this process.</summary>
internal static class GrainHosting
{
    public static void Add(WebApplicationBuilder builder, NodeOptions options)
    {
        builder.Services.AddEmbeddedGrains(Assembly.Load("FheOrleans.Grains"));
    }
}
