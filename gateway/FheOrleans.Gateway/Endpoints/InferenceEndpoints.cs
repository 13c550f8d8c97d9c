using FheOrleans.Gateway.Calls;
using FheOrleans.Gateway.Contracts;
using FheOrleans.Gateway.Description;
using FheOrleans.Gateway.Health;
using FheOrleans.Gateway.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FheOrleans.Gateway.Endpoints;

/// <summary>Inferences: started under an id the caller chooses, so that a lost answer can be asked for again.</summary>
internal sealed class InferenceEndpoints(GatewayOptions options)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPut(Routes.Inference, StartAsync).RequireRoles(Role.Owner).TakesJson(options).StartsWork().WithSummary("Start an inference.");
        routes.MapGet(Routes.Inference, DescribeAsync).RequireRoles(Role.Owner).WithSummary("Where an inference is.");
        routes.MapDelete(Routes.Inference, CancelAsync).RequireRoles(Role.Owner).WithSummary("Cancel an inference.");
        routes.MapGet(Routes.Result, ReadResultAsync).RequireRoles(Role.Owner).AnswersBytes("SEAL ciphertexts, one behind the other.").WithSummary("The encrypted result of a part.");
    }

    private static async Task<InferenceDescription> StartAsync(string id, InferenceRequest request, Caller caller, GrainCalls grains) =>
        (await caller.Inference(grains, id).StartAsync(request.ToGrain())).ToWire();

    private static async Task<InferenceDescription> DescribeAsync(string id, Caller caller, GrainCalls grains) =>
        (await caller.Inference(grains, id).DescribeAsync()).ToWire();

    private static async Task<InferenceDescription> CancelAsync(string id, Caller caller, GrainCalls grains) =>
        (await caller.Inference(grains, id).CancelAsync()).ToWire();

    private static async Task<IResult> ReadResultAsync(string id, int part, Caller caller, GrainCalls grains) =>
        TypedResults.Bytes((await caller.Inference(grains, id).ReadResultAsync(part)).Bytes, "application/octet-stream");
}
