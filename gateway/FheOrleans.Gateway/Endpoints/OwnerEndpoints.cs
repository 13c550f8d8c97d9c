using FheOrleans.Gateway.Calls;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Identity;
using FheOrleans.Gateway.Problems;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>Who the caller is, and what has happened to its inferences.</summary>
internal sealed class OwnerEndpoints(GatewayOptions options)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Routes.Me, DescribeAsync).RequireRoles(Role.Administrator, Role.Owner, Role.Publisher).WithSummary("Who the token belongs to, and what they have here.");
        routes.MapGet(Routes.Events, ReadEventsAsync).RequireRoles(Role.Owner).WithSummary("Prediction events after a number, a page at a time.");
    }

    private static async Task<OwnerDescription> DescribeAsync(Caller caller, GrainCalls grains) =>
        (await caller.Self(grains).DescribeAsync()).ToWire(await caller.Member(grains).DescribeAsync());

    private async Task<PredictionPage> ReadEventsAsync(Caller caller, GrainCalls grains, long after = 0)
    {
        if (after < 0) throw Refusal.Invalid("Events are counted from 1.", $"after={after}", "after=0 or more");
        var events = await caller.Self(grains).ReadEventsAsync(after, options.EventsPerPage);
        return new PredictionPage([.. events.Select(Translation.ToWire)], events.Length == options.EventsPerPage);
    }
}
