using System.Security.Cryptography.X509Certificates;
using FheOrleans.Gateway;
using FheOrleans.Grains;
using FheOrleans.Silo.Identity;
using FheOrleans.Silo.Options;
using FheOrleans.Silo.Storage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Console;

namespace FheOrleans.Silo.Hosting;

/// <summary>
/// A node: storage, grains and gateway in one process. It reads no settings but its command line: an environment variable or a file left
/// behind cannot open a second, unencrypted way in.
/// </summary>
internal static class Node
{
    // For requests that run; parts that are evaluated have --drain beside it.
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(15);

    /// <summary>Runs the node until it is told to stop.</summary>
    /// <exception cref="NodeStartException">It cannot start.</exception>
    public static async Task RunAsync(NodeOptions options)
    {
        using var folder = DataFolder.Take(options.Data);
        using var certificate = NodeCertificate.LoadOrMake(folder, options.Url.Host, TimeProvider.System);
        await using var application = Build(options, folder, certificate);
        try
        {
            await application.StartAsync();
        }
        catch (Exception fault)
        {
            await application.StopAsync();
            if (fault is not (IOException or InvalidDataException)) throw;
            throw new NodeStartException($"The node cannot start at {options.Url}: {fault.Message}", fault);
        }
        Announce(application, options, certificate);
        await application.WaitForShutdownAsync();
    }

    /// <summary>Puts the node together.</summary>
    /// <param name="options">How it runs.</param>
    /// <param name="folder">What it keeps.</param>
    /// <param name="certificate">Who it is.</param>
    /// <param name="configure">Sets what has no option on the command line; for tests.</param>
    internal static WebApplication Build(
        NodeOptions options, DataFolder folder, X509Certificate2 certificate, Action<GatewayOptions, IServiceCollection>? configure = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        AddLogging(builder.Logging, options);
        NodeServer.Add(builder.WebHost, options, certificate);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = StopPatience + options.Drain);
        builder.Services.AddRoutingCore();
        builder.Services.AddSqliteStorage(folder.Path);
        GrainHosting.Add(builder, options);
        builder.Services.AddSingleton(folder);
        builder.Services.AddSingleton<INodeKey>(_ => NodeSigningKey.LoadOrMake(folder));
        builder.Services.AddSingleton<NodeTelemetry>();
        // First of the hosted services, so that it stops last and sends what the others did while they stopped.
        if (options.Otlp is not null) builder.Services.Insert(0, ServiceDescriptor.Singleton<IHostedService>(provider => TelemetryExport.Create(options, provider)));
        builder.Services.AddSingleton<IReadinessCheck, StorageCheck>();
        // Hosted services start in this order, and the server after them: nobody gets in before the node is itself.
        builder.Services.AddHostedService<NodeStart>();
        if (options.StopWithParent) builder.Services.AddHostedService<ParentWatch>();
        var gateway = new GatewayOptions { BodyMemoryBytes = (long)options.BodyMemoryMebibytes << 20 };
        configure?.Invoke(gateway, builder.Services);
        builder.Services.AddGateway(gateway);

        var application = builder.Build();
        application.UseGateway();
        return application;
    }

    // Standard output has one line, for programs; the log goes to standard error, a JSON object a line where nothing else was asked for.
    private static void AddLogging(ILoggingBuilder logging, NodeOptions options)
    {
        logging.SetMinimumLevel(options.Log).AddFilter("Microsoft", options.Log > LogLevel.Warning ? options.Log : LogLevel.Warning);
        if (options.LogFormat == LogFormat.Json) logging.AddJsonConsole(json => (json.UseUtcTimestamp, json.TimestampFormat) = (true, "O"));
        else logging.AddSimpleConsole(text => (text.UseUtcTimestamp, text.TimestampFormat, text.SingleLine, text.ColorBehavior) = (true, "u", true, LoggerColorBehavior.Disabled));
        logging.Services.Configure<ConsoleLoggerOptions>(console =>
        {
            console.LogToStandardErrorThreshold = LogLevel.Trace;
            // A parent that does not read our log must not be able to stop us.
            console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite;
        });
    }

    private static void Announce(WebApplication application, NodeOptions options, X509Certificate2 certificate)
    {
        var url = application.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single();
        var hash = NodeCertificate.Sha256(certificate);
        application.Logger.Ready(url, hash, options.Workers);
        Console.WriteLine($"ready {url} sha256:{hash}");
        Console.Out.Flush();
    }
}
