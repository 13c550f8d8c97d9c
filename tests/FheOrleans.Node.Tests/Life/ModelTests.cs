using System.Net;
using FheOrleans.Client.Nodes;
using FheOrleans.Networks;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Node.Tests.Life;

/// <summary>Models: who sees which, and whose a public one is.</summary>
public sealed class ModelTests
{
    [Fact]
    public async Task List_OwnSharedAndPublicModels_ShowsEachToThoseWhoMayUseIt()
    {
        await using var node = await TestNode.StartAsync();
        await using var hill = await JoinAsync(node, "vale", "hill");
        await using var moor = await JoinAsync(node, "vale", "moor");
        await using var coast = await JoinAsync(node, "shore", "coast");
        await hill.PublishModelAsync("mine", Network(1), ModelVisibility.Owner);
        await hill.PublishModelAsync("ours", Network(2), ModelVisibility.Tenant);
        var published = await hill.PublishModelAsync("weekly", Network(3), ModelVisibility.Public);
        await hill.PublishModelAsync("weekly", Network(4), ModelVisibility.Public);

        Assert.Equal(("public/weekly", 1), (published.Model, published.Version));
        Assert.Equal(["hill/mine", "hill/ours", "public/weekly"], await ReferencesAsync(hill));
        Assert.Equal(["hill/ours", "public/weekly"], await ReferencesAsync(moor));
        Assert.Equal(["public/weekly"], await ReferencesAsync(coast));
        var listed = Assert.Single((await coast.GetModelsAsync()).Models);
        Assert.Equal((ModelVisibility.Public, 2), (listed.Visibility, listed.Newest.Version));
        Assert.NotEmpty((await coast.GetPlanAsync("public/weekly", 1, "herd")).Plan);
        Assert.Equal(2, (await coast.GetModelAsync("public/weekly")).Versions.Count);
        await Assert.ThrowsAsync<NodeRefusedException>(() => coast.GetModelAsync("hill/ours"));
    }

    [Fact]
    public async Task Publish_PublicModelOfAnother_IsRefusedButToTheOperator()
    {
        await using var node = await TestNode.StartAsync();
        await using var hill = await JoinAsync(node, "vale", "hill");
        await using var coast = await JoinAsync(node, "shore", "hill");
        await using var byOperator = new NodeClient(node.Address, node.OperatorToken);
        await hill.PublishModelAsync("weekly", Network(1), ModelVisibility.Public);

        var refused = await Assert.ThrowsAsync<NodeRefusedException>(() => coast.PublishModelAsync("weekly", Network(2), ModelVisibility.Public));

        Assert.Equal(HttpStatusCode.Forbidden, refused.Status);
        Assert.Equal(2, (await byOperator.PublishModelAsync("weekly", Network(2), ModelVisibility.Public)).Version);
        Assert.Equal(1, (await byOperator.PublishModelAsync("monthly", Network(3), ModelVisibility.Public)).Version);
        var private_ = await Assert.ThrowsAsync<NodeRefusedException>(() => byOperator.PublishModelAsync("own", Network(1), ModelVisibility.Owner));
        Assert.Equal(ProblemTypes.InvalidRequest, private_.Type);
    }

    [Fact]
    public async Task Delete_OwnAndPublicModels_TakesThemAndNobodyElses()
    {
        await using var node = await TestNode.StartAsync();
        await using var hill = await JoinAsync(node, "vale", "hill");
        await using var moor = await JoinAsync(node, "vale", "moor");
        await using var byOperator = new NodeClient(node.Address, node.OperatorToken);
        foreach (var model in new[] { "ours", "kept" }) await hill.PublishModelAsync(model, Network(1), ModelVisibility.Tenant);
        await hill.PublishModelAsync("weekly", Network(2), ModelVisibility.Public);
        await byOperator.PublishModelAsync("monthly", Network(3), ModelVisibility.Public);

        await moor.DeleteModelAsync("ours"); // Its own of that name, which is not there.
        foreach (var (client, model) in new[] { (moor, "weekly"), (moor, "monthly"), (hill, "monthly") })
        {
            var refused = await Assert.ThrowsAsync<NodeRefusedException>(() => client.DeleteModelAsync(model, isPublic: true));
            Assert.Equal(ProblemTypes.Forbidden, refused.Type);
        }
        Assert.Equal(ProblemTypes.InvalidRequest, (await Assert.ThrowsAsync<NodeRefusedException>(() => byOperator.DeleteModelAsync("ours"))).Type);
        Assert.Equal(["hill/kept", "hill/ours", "public/monthly", "public/weekly"], await ReferencesAsync(moor));

        await hill.DeleteModelAsync("ours");
        await hill.DeleteModelAsync("weekly", isPublic: true);
        await byOperator.DeleteModelAsync("monthly", isPublic: true);

        Assert.Equal(["hill/kept"], await ReferencesAsync(moor));
        Assert.Equal(1, (await hill.PublishModelAsync("ours", Network(4), ModelVisibility.Tenant)).Version);
        Assert.Contains((await hill.GetLedgerAsync(0)).Entries, entry => entry.Contains("modelDeleted", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Names_OfPublicModels_AreNobodys()
    {
        await using var node = await TestNode.StartAsync();
        await using var byOperator = new NodeClient(node.Address, node.OperatorToken);
        await byOperator.CreateTenantAsync("vale");

        var tenant = await Assert.ThrowsAsync<NodeRefusedException>(() => byOperator.CreateTenantAsync("public"));
        var member = await Assert.ThrowsAsync<NodeRefusedException>(() => byOperator.InviteAsync("vale", "public"));

        Assert.All([tenant, member], refused => Assert.Equal(ProblemTypes.InvalidPayload, refused.Type));
    }

    [Fact]
    public async Task Subscribe_PublicModelOfAnotherTenant_Forecasts()
    {
        await using var node = await TestNode.StartAsync();
        await using var byOperator = new NodeClient(node.Address, node.OperatorToken);
        await using var coast = await JoinAsync(node, "shore", "coast");
        using var farm = LiveFarm.Create();
        await byOperator.PublishModelAsync("weekly", farm.NetworkJson, ModelVisibility.Public);

        await farm.SubscribeAsync(coast, "herd", "public/weekly");

        for (var point = 1; point <= 3; point++) await farm.AppendAsync(coast, "herd", point);
        farm.AssertForecast((await coast.ListenToEndAsync(0, "herd"))[^1]);
    }

    private static byte[] Network(int weight) => LinearModel.Create([weight, 1.0], 0).ToJson();

    private static async Task<NodeClient> JoinAsync(TestNode node, string tenant, string owner) => new(node.Address, (await node.JoinAsync(tenant, owner)).Token);

    private static async Task<IEnumerable<string>> ReferencesAsync(NodeClient client) => (await client.GetModelsAsync()).Models.Select(model => model.Model);
}
