using FheOrleans.Grains;
using Microsoft.AspNetCore.Http;

namespace FheOrleans.Gateway.Limiting;

/// <summary>Stands behind authentication: what that has let in of a tenant's allowance is what may pass.</summary>
internal sealed class RequestLimiting(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext context) =>
        context.Features.Get<RequestAllowance>() is { Requests: 0 } spent ? throw RequestLimits.Refuse(spent) : next(context);
}
