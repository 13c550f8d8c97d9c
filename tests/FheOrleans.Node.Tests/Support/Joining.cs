using FheOrleans.Client.Nodes;

namespace FheOrleans.Node.Tests.Support;

internal static class Joining
{
    /// <summary>Makes the tenant, invites the owner and joins as it.</summary>
    public static async Task<JoinedOwner> JoinAsync(NodeAddress address, string operatorToken, string tenant, string owner)
    {
        await using var byOperator = new NodeClient(address, operatorToken);
        await byOperator.CreateTenantAsync(tenant);
        var code = await byOperator.InviteAsync(tenant, owner);
        await using var stranger = new NodeClient(address, token: null);
        return await stranger.JoinAsync(code);
    }
}
