using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FheOrleans.Hosting;

/// <summary>
/// What every process does alike around its web application. It reads no settings but its command line: an environment variable or a file left
/// behind cannot open a second, unencrypted way in.
/// </summary>
public static class WebProcess
{
    /// <summary>Begins an application with log and telemetry, and nothing else.</summary>
    /// <param name="options">How the process runs.</param>
    /// <param name="service">What the collector calls it.</param>
    /// <param name="stopPatience">How long it may take to stop.</param>
    /// <param name="wakeInstruments">Asks for what has instruments and is asked for by nobody else; null where there is none.</param>
    /// <returns>The builder; hosted services start in the order they are added.</returns>
    public static WebApplicationBuilder CreateBuilder(
        ProcessOptions options, string service, TimeSpan stopPatience, Action<IServiceProvider>? wakeInstruments = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.AddStandardError(options.Log, options.LogFormat);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = stopPatience);
        builder.Services.AddRoutingCore();
        // First of the hosted services, so that it stops last and sends what the others did while they stopped.
        if (options.Otlp is { } collector)
        {
            builder.Services.AddSingleton<IHostedService>(provider =>
            {
                var export = new TelemetryExport(service, collector, options.OtlpPeriod);
                wakeInstruments?.Invoke(provider);
                return export;
            });
        }
        return builder;
    }

    /// <summary>Starts the application.</summary>
    /// <param name="application">The application.</param>
    /// <param name="what">What it is, for the message where it cannot: <c>The node cannot start at …</c>.</param>
    /// <returns>When it takes requests: the address it listens at.</returns>
    /// <exception cref="StartException">It cannot listen, or what it keeps is not what it should be.</exception>
    public static async Task<string> StartAsync(WebApplication application, string what)
    {
        ArgumentNullException.ThrowIfNull(application);
        try
        {
            await application.StartAsync();
        }
        catch (Exception fault)
        {
            await application.StopAsync();
            if (Explain(what, fault) is { } explained) throw explained;
            throw;
        }
        return application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
    }

    /// <returns>What an operator can do about it; null where nobody foresaw it.</returns>
    private static StartException? Explain(string what, Exception fault) => fault switch
    {
        IOException { InnerException: AddressInUseException } => new($"{what}: something listens there already. Stop it, or name another address.", fault),
        SocketException or IOException { InnerException: SocketException } =>
            new($"{what}: {fault.Message}. Name an address of this machine, and a port that this account may open.", fault),
        IOException or InvalidDataException => new($"{what}: {fault.Message}", fault),
        _ => null,
    };
}
