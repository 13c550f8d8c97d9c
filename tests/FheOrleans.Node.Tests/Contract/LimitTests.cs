using System.Net;
using System.Text.Json;
using FheOrleans.Client.Nodes;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Node.Tests.Contract;

/// <summary>Over a limit, a node says which, its value, and when to try again; and what strangers try costs it no memory.</summary>
public sealed class LimitTests
{
    [Fact]
    public async Task Requests_MoreInAMinuteThanTheTenantMay_Are429AndOthersAreNot()
    {
        await using var node = await TestNode.StartAsync();
        var (hill, dale, other) = (await node.JoinAsync("vale", "hill"), await node.JoinAsync("vale", "dale"), await node.JoinAsync("moor", "hill"));
        await using (var byOperator = new NodeClient(node.Address, node.OperatorToken))
            await byOperator.SetQuotasAsync("vale", new TenantQuotas(RequestsPerMinute: 2));
        using HttpClient asHill = node.Http(hill.Token), asDale = node.Http(dale.Token), asOther = node.Http(other.Token);
        // Two members, one tenant, one quota.
        using (var first = await asHill.GetAsync(Routes.Me)) Assert.Equal(HttpStatusCode.OK, first.StatusCode);
        using (var second = await asDale.GetAsync(Routes.Me)) Assert.Equal(HttpStatusCode.OK, second.StatusCode);

        using var third = await asHill.GetAsync(Routes.Me);

        await AssertOverAsync(third, HttpStatusCode.TooManyRequests, ProblemTypes.TooMany, "requests-per-minute", 2, waits: true);
        using var fine = await asOther.GetAsync(Routes.Me);
        Assert.Equal(HttpStatusCode.OK, fine.StatusCode);
        await using var owner = new NodeClient(node.Address, dale.Token, new NodeClientOptions { Retries = 0 });
        var refused = await Assert.ThrowsAsync<NodeRefusedException>(() => owner.GetMeAsync());
        Assert.True(refused.IsTransient && refused.RetryAfter > TimeSpan.Zero);
    }

    [Fact]
    public async Task SignIns_ThatFailTooOften_Are429ButNotForWhoWasGoodLately()
    {
        await using var node = await TestNode.StartAsync(limits: (options, _) => options.FailedSignInsPerMinute = 3);
        var hill = await node.JoinAsync("vale", "hill");
        using HttpClient asHill = node.Http(hill.Token), stranger = node.Http();
        using (var good = await asHill.GetAsync(Routes.Me)) Assert.Equal(HttpStatusCode.OK, good.StatusCode);
        for (var i = 0; i < 2; i++)
        {
            using var guess = node.Http($"fo.vale.hill.{i}");
            using var failed = await guess.GetAsync(Routes.Me);
            Assert.Equal(HttpStatusCode.Unauthorized, failed.StatusCode);
        }
        using (var code = await stranger.PostAsync(Routes.Join, Json(new JoinRequest("vale.hill.0000")))) Assert.Equal(HttpStatusCode.Forbidden, code.StatusCode);

        using var another = node.Http("fo.vale.hill.3");
        using var refused = await another.GetAsync(Routes.Me);
        using var refusedCode = await stranger.PostAsync(Routes.Join, Json(new JoinRequest("vale.hill.0001")));

        await AssertOverAsync(refused, HttpStatusCode.TooManyRequests, ProblemTypes.TooMany, "failed-sign-ins-per-minute", 3, waits: true);
        await AssertOverAsync(refusedCode, HttpStatusCode.TooManyRequests, ProblemTypes.TooMany, "failed-sign-ins-per-minute", 3, waits: true);
        using var still = await asHill.GetAsync(Routes.Me);
        Assert.Equal(HttpStatusCode.OK, still.StatusCode);
    }

    [Fact]
    public async Task Upload_MoreThanTheTenantMayStore_Is413WithTheQuota()
    {
        await using var node = await TestNode.StartAsync();
        var hill = await node.JoinAsync("vale", "hill");
        await using var byOperator = new NodeClient(node.Address, node.OperatorToken);
        await using var client = new NodeClient(node.Address, hill.Token);
        using var keys = new TestKeys();
        await keys.DeclareAsync(client, "keys");
        await keys.DeclareDatasetAsync(client, "herd", "keys");
        await byOperator.SetQuotasAsync("vale", new TenantQuotas(StoredBytes: 1000, KeySets: 1));
        using var http = node.Http(hill.Token);
        using var chunk = new ByteArrayContent(keys.Encrypt(0.5));
        chunk.Headers.ContentType = new("application/octet-stream");

        using var refused = await http.PutAsync(Routes.ChunkOf("herd", 0), chunk);
        using var second = await http.PutAsync(Routes.KeySetOf("second"), Json(new KeySetDeclaration(keys.ParametersBytes, [], false, false)));

        await AssertOverAsync(refused, HttpStatusCode.RequestEntityTooLarge, ProblemTypes.OverQuota, "stored-bytes", 1000, waits: false);
        await AssertOverAsync(second, HttpStatusCode.RequestEntityTooLarge, ProblemTypes.OverQuota, "key-sets", 1, waits: false);
        var tenant = await byOperator.GetTenantAsync("vale");
        Assert.Equal((1, 1), (tenant.Usage.KeySets, tenant.Usage.Datasets));
        Assert.InRange(tenant.Usage.StoredBytes, 1, 1000);
        Assert.Equal((1000, 1, 16384), (tenant.Quotas.StoredBytes, tenant.Quotas.KeySets, tenant.Quotas.Datasets));
    }

    [Fact]
    public async Task Listening_TokenRevokedMeanwhile_IsLetGo()
    {
        await using var node = await TestNode.StartAsync(limits: (options, _) => options.ListenerRenewal = TimeSpan.FromSeconds(1));
        var hill = await node.JoinAsync("vale", "hill");
        await using var client = new NodeClient(node.Address, hill.Token);
        using var patience = new CancellationTokenSource(NodeProcess.Patience);
        var listening = Task.Run(async () =>
        {
            await foreach (var _ in client.ListenAsync(0, patience.Token)) Assert.Fail("There is nothing to hear.");
        });
        await using var byOperator = new NodeClient(node.Address, node.OperatorToken);

        await byOperator.RevokeTokenAsync("vale", "hill", null);

        // The connection is closed, the client comes back, and now it is not known.
        Assert.Equal(HttpStatusCode.Unauthorized, (await Assert.ThrowsAsync<NodeRefusedException>(() => listening)).Status);
    }

    private static StringContent Json<T>(T body) => new(JsonSerializer.Serialize(body, ContractJson.Options), System.Text.Encoding.UTF8, "application/json");

    private static async Task AssertOverAsync(HttpResponseMessage response, HttpStatusCode status, string type, string limit, long value, bool waits)
    {
        Assert.Equal(status, response.StatusCode);
        var problem = JsonSerializer.Deserialize<ProblemBody>(await response.Content.ReadAsStringAsync(), ContractJson.Options)!;
        Assert.Equal((type, limit, value), (problem.Type, problem.Limit, problem.Value));
        Assert.Equal(waits, response.Headers.RetryAfter is not null);
        if (waits) Assert.Equal(problem.RetryAfter, (int)response.Headers.RetryAfter!.Delta!.Value.TotalSeconds);
    }
}
