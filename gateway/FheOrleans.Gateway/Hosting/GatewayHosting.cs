using FheOrleans.Gateway.Bodies;
using FheOrleans.Gateway.Calls;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Description;
using FheOrleans.Gateway.Endpoints;
using FheOrleans.Gateway.Health;
using FheOrleans.Gateway.Identity;
using FheOrleans.Gateway.Limiting;
using FheOrleans.Gateway.Predictions;
using FheOrleans.Gateway.Problems;
using FheOrleans.Gateway.Telemetry;
using FheOrleans.Grains.Telemetry;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace FheOrleans.Gateway;

/// <summary>
/// Puts the gateway into a web application. Beside it the application has a host for the grains, which gives <c>IGrainFactory</c>.
/// </summary>
public static class GatewayHosting
{
    private const long LargestHubMessage = 4096;

    /// <summary>Adds the gateway's services.</summary>
    /// <param name="services">The application's services.</param>
    /// <param name="options">The gateway's limits.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="ArgumentException">Options are out of range; the message names all of them.</exception>
    public static IServiceCollection AddGateway(this IServiceCollection services, GatewayOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Faults() is { Count: > 0 } faults) throw new ArgumentException(string.Join(' ', faults), nameof(options));
        services.AddHealth(options);
        services.AddSingleton(provider =>
            new MemoryBudget(options.BodyMemoryBytes, options.BodyMemoryPatience, provider.GetRequiredService<TimeProvider>()));
        services.TryAddSingleton<TenantTags>();
        services.AddSingleton<GatewayTelemetry>();
        services.AddSingleton<PredictionListeners>();
        services.AddSingleton<RequestLimits>().AddSingleton<SignInLimits>().AddSingleton<HubLimits>();
        services.AddHttpContextAccessor();
        services.AddSingleton<SiloLosses>().AddSingleton<CallPatience>().AddSingleton<GrainCalls>();
        services.AddSingleton<ClusterWatch>().AddHostedService(provider => provider.GetRequiredService<ClusterWatch>());
        services.AddSingleton<OperationsEndpoints>();
        services.AddSingleton<TenantEndpoints>().AddSingleton<TokenEndpoints>();
        services.AddSingleton<JoiningEndpoints>().AddSingleton<OwnerEndpoints>().AddSingleton<KeySetEndpoints>();
        services.AddSingleton<DatasetEndpoints>().AddSingleton<ModelEndpoints>().AddSingleton<InferenceEndpoints>().AddSingleton<SubscriptionEndpoints>().AddSingleton<ReceiptEndpoints>();

        // Not AddAuthentication: it would keep data protection keys, which nothing here uses, in the account's own folder.
        services.AddAuthenticationCore(authentication => authentication.DefaultScheme = BearerAuthentication.SchemeName);
        services.AddWebEncoders();
        new AuthenticationBuilder(services)
            .AddScheme<AuthenticationSchemeOptions, BearerAuthentication>(BearerAuthentication.SchemeName, null);
        // A route that forgets to say who may call it is for data owners only, never for everybody.
        services.AddAuthorizationBuilder().SetFallbackPolicy(
            new AuthorizationPolicyBuilder().RequireClaim(Claims.Role, nameof(Role.Owner)).Build());

        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddSignalR(hub =>
        {
            hub.MaximumReceiveMessageSize = LargestHubMessage;
            hub.EnableDetailedErrors = false;
            hub.AddFilter<HubLimits>();
        }).AddJsonProtocol(json => ContractJson.Apply(json.PayloadSerializerOptions));
        services.AddOpenApi(ApiDescription.Configure);
        return services;
    }

    /// <summary>Puts the gateway's pieces and routes into the application, in the order in which they protect each other.</summary>
    /// <param name="application">An application with <see cref="AddGateway"/>'s services.</param>
    public static void UseGateway(this WebApplication application)
    {
        ArgumentNullException.ThrowIfNull(application);
        // What happened is counted outermost; then problems; then who is it, and how often; then is it the time for it; then may the
        // body come in; then the endpoint.
        application.UseMiddleware<RequestTelemetry>();
        application.UseMiddleware<ProblemMiddleware>();
        application.UseRouting();
        application.UseAuthentication();
        application.UseMiddleware<RequestLimiting>();
        application.UseAuthorization();
        application.UseMiddleware<WorkGate>();
        application.UseMiddleware<BodyGate>();

        var services = application.Services;
        _ = services.GetRequiredService<HealthTelemetry>(); // Nobody else asks for it.
        services.GetRequiredService<HealthEndpoints>().Map(application.MapGroup("").WithTags("Operations"));
        services.GetRequiredService<OperationsEndpoints>().Map(application.MapGroup("").WithTags("Operations"));
        services.GetRequiredService<JoiningEndpoints>().Map(application.MapGroup("").WithTags("Joining"));
        services.GetRequiredService<TenantEndpoints>().Map(application.MapGroup("").WithTags("Tenants"));
        services.GetRequiredService<TokenEndpoints>().Map(application.MapGroup("").WithTags("Tokens"));
        services.GetRequiredService<OwnerEndpoints>().Map(application.MapGroup("").WithTags("Owner"));
        services.GetRequiredService<KeySetEndpoints>().Map(application.MapGroup("").WithTags("Key sets"));
        services.GetRequiredService<DatasetEndpoints>().Map(application.MapGroup("").WithTags("Datasets"));
        services.GetRequiredService<ModelEndpoints>().Map(application.MapGroup("").WithTags("Models"));
        services.GetRequiredService<InferenceEndpoints>().Map(application.MapGroup("").WithTags("Inferences"));
        services.GetRequiredService<SubscriptionEndpoints>().Map(application.MapGroup("").WithTags("Subscriptions"));
        DeletionEndpoints.Map(application.MapGroup("").WithTags("Deletions"));
        services.GetRequiredService<ReceiptEndpoints>().Map(application.MapGroup("").WithTags("Receipts"));
        application.MapHub<PredictionHub>(PredictionHubContract.Path).RequireRoles(Role.Owner);
        application.MapOpenApi(Routes.OpenApi).AllowAnonymous();
    }

    /// <summary>Adds what tells how the process is, and nothing else: for a process with no other business on the web.
    /// <see cref="AddGateway"/> has it.</summary>
    /// <param name="services">The application's services; every <see cref="IReadinessCheck"/> among them is asked.</param>
    /// <param name="options">How long an answer is kept.</param>
    /// <returns><paramref name="services"/>.</returns>
    public static IServiceCollection AddHealth(this IServiceCollection services, GatewayOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        services.AddSingleton(options);
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<NodeReadiness>().AddSingleton<HealthTelemetry>();
        services.AddSingleton<HealthEndpoints>();
        services.ConfigureHttpJsonOptions(json => ContractJson.Apply(json.SerializerOptions));
        return services;
    }

    /// <summary>Puts the routes of health into the application, and nothing else.</summary>
    /// <param name="application">An application with <see cref="AddHealth"/>'s services.</param>
    public static void UseHealth(this WebApplication application)
    {
        ArgumentNullException.ThrowIfNull(application);
        application.UseMiddleware<ProblemMiddleware>();
        application.UseRouting();
        _ = application.Services.GetRequiredService<HealthTelemetry>(); // Nobody else asks for it.
        application.Services.GetRequiredService<HealthEndpoints>().Map(application);
    }
}
