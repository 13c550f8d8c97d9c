using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Health;
using FheOrleans.Gateway.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>How the process is, for service managers and load balancers.</summary>
internal sealed class HealthEndpoints(NodeReadiness readiness)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.Health, ReadyAsync).AllowAnonymous().TellsHealth().WithSummary("Whether the node takes requests, as /health/ready.");
        routes.MapGet(Routes.HealthReady, ReadyAsync).AllowAnonymous().TellsHealth().WithSummary("Whether the node takes requests: 200, or 503 with the reason.");
        routes.MapGet(Routes.HealthLive, () => new NodeHealth(NodeCondition.Live, GatewayVersion.Text)).AllowAnonymous().TellsHealth()
            .WithSummary("Whether the process answers at all; always 200.");
    }

    private async Task<NodeHealth> ReadyAsync()
    {
        var (condition, reason) = await readiness.ReadAsync();
        return condition == NodeCondition.Ready
            ? new NodeHealth(condition, GatewayVersion.Text)
            : throw new Refusal(StatusCodes.Status503ServiceUnavailable, ProblemTypes.Busy, $"Not ready: {condition.ToString().ToLowerInvariant()}", reason!);
    }
}
