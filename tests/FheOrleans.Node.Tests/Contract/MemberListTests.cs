using FheOrleans.Client.Nodes;
using FheOrleans.Gateway.Calls;
using FheOrleans.Grains;
using FheOrleans.Node.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace FheOrleans.Node.Tests.Contract;

/// <summary>The list of a tenant's members.</summary>
public sealed class MemberListTests
{
    [Fact]
    public async Task Members_OneWasRemovedAndItsNameIsStillListed_AreTheOthers()
    {
        await using var node = await TestNode.StartAsync();
        foreach (var name in new[] { "dale", "hill" }) await node.JoinAsync("vale", name);
        await using var byOperator = new NodeClient(node.Address, node.OperatorToken);

        // As a removal leaves it that was cut off after its first step.
        await node.Application.Services.GetRequiredService<GrainCalls>().GetGrain<IMemberGrain>(GrainKeys.Member("vale", "hill")).RemoveAsync();

        Assert.Equal(["dale"], (await byOperator.GetMembersAsync("vale")).Members.Select(member => member.Name));
    }
}
