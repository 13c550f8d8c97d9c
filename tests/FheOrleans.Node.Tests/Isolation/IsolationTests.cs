using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Wire;
using FheOrleans.Client.Nodes;
using FheOrleans.Gateway.Identity;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Node.Tests.Isolation;

/// <summary>Every route and hub method, called by everybody who may not, or whose the thing is not.</summary>
public sealed partial class IsolationTests(Cooperatives cooperatives) : IClassFixture<Cooperatives>
{
    [Fact]
    public void Matrix_TheRunningNode_HasARowForEveryCallAndItsRoles()
    {
        var calls = cooperatives.Node.Calls();
        Assert.All(calls, call => Assert.True(call.Roles is not null, $"{call.Name} says neither RequireRoles nor AllowAnonymous."));
        var found = calls.Select(call => Text(call.Name, call.Roles!.Value)).Order(StringComparer.Ordinal).ToList();
        var rows = IsolationMatrix.Rows.Select(row => Text(row.Call, row.Roles)).Order(StringComparer.Ordinal).ToList();

        Assert.True(found.Except(rows).FirstOrDefault() is null, $"{found.Except(rows).FirstOrDefault()} has no row in {nameof(IsolationMatrix)}. Say there who may call it, and on what.");
        Assert.True(rows.Except(found).FirstOrDefault() is null, $"{rows.Except(found).FirstOrDefault()} has a row in {nameof(IsolationMatrix)}, and the node has no such call.");
        Assert.Equal(rows.Count, rows.Distinct().Count());

        static string Text(string call, IEnumerable<Role> roles) => $"{call} for {string.Join(", ", roles.Order().Select(role => role.ToString()).DefaultIfEmpty("anyone"))}";
    }

    [Fact]
    public async Task EveryRoute_WhoeverMayNot_IsRefusedAndTouchesNothing()
    {
        var before = await cooperatives.DescribeHillAsync();
        // What makes something comes last: what was made in its maker's own place must not be found there by the reading ones.
        foreach (var row in IsolationMatrix.Rows.OrderBy(row => row.Call.StartsWith("GET", StringComparison.Ordinal) ? 0 : row.Call.StartsWith("DELETE", StringComparison.Ordinal) ? 1 : 2))
        {
            if (row.IsForAnyone || row.Call.StartsWith("hub ", StringComparison.Ordinal)) continue;
            foreach (var somebody in cooperatives.Others) await CheckAsync(row, somebody);
        }
        Assert.Equal(before, await cooperatives.DescribeHillAsync());
    }

    [Fact]
    public async Task Listen_EveryOtherOwner_HearsItsOwnEventsOnly()
    {
        foreach (var tenant in new[] { "vale", "moor" })
        {
            var somebody = await cooperatives.JoinAsync(tenant, "ear", Role.Owner, Role.Publisher);
            await using var client = new NodeClient(cooperatives.Node.Address, somebody.Token);
            using var farm = await Cooperatives.FillAsync(client);
            var heard = await client.ListenToEndAsync(after: 0, Cooperatives.Inference);

            // Its own events from its own first one on, and the farm that has heard of them cannot be another's: only its key opens them.
            Assert.Equal(Enumerable.Range(1, heard.Count).Select(number => (long)number), heard.Select(message => message.Sequence));
            Assert.Equal((await client.GetMeAsync()).LastSequence, heard[^1].Sequence);
            Assert.All(heard, message => Assert.Equal($"{somebody.Name}/{TestFarm.Model}", message.Model));
        }
    }

    [Fact]
    public async Task Listen_WithoutTheRole_IsRefused()
    {
        foreach (var somebody in cooperatives.Others.Where(somebody => !somebody.Roles.Contains(Role.Owner)))
        {
            await using var client = new NodeClient(cooperatives.Node.Address, somebody.Token);
            var refused = await Assert.ThrowsAsync<NodeRefusedException>(async () =>
            {
                await foreach (var _ in client.ListenAsync(0)) Assert.Fail($"{somebody} hears predictions.");
            });
            Assert.Equal(somebody.Roles.Length == 0 ? HttpStatusCode.Unauthorized : HttpStatusCode.Forbidden, refused.Status);
        }
    }

    [Fact]
    public async Task EveryRoute_ATokenThatWasRevoked_Is401()
    {
        var gone = await cooperatives.JoinAsync("vale", "gone", Role.Administrator, Role.Owner, Role.Publisher);
        var head = cooperatives.As(cooperatives.Others.Single(somebody => somebody is { Tenant: "vale", Name: "head" }));
        using var before = await SendAsync(gone, "GET /v1/me", "thing");
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);
        using var revoked = await head.DeleteAsync(Routes.MemberTokenOf("vale", "gone", null));
        Assert.Equal(HttpStatusCode.NoContent, revoked.StatusCode);

        foreach (var row in IsolationMatrix.Rows.Where(row => !row.IsForAnyone && !row.Call.StartsWith("hub ", StringComparison.Ordinal)))
        {
            using var after = await SendAsync(gone, row.Call, "thing");
            await AssertProblemAsync(after, HttpStatusCode.Unauthorized, ProblemTypes.Unauthenticated, $"{row.Call} with a revoked token");
        }
    }

    private async Task CheckAsync(Row row, Somebody somebody)
    {
        var what = $"{row.Call} by {somebody}";
        var mayCall = row.Roles.Intersect(somebody.Roles).Any();
        var isOfTheTenant = row.Chosen is Chosen.ThingsOfTheTenant or Chosen.Tenants && (somebody.Tenant == "vale" || somebody.Roles.Contains(Role.Operator));
        if (mayCall && (row.Chosen == Chosen.Nothing || isOfTheTenant)) return; // It may, and what it would find is its own.
        using var there = await SendAsync(somebody, row.Call, "thing");
        if (!mayCall)
        {
            var (status, type) = somebody.Token is null
                ? (HttpStatusCode.Unauthorized, ProblemTypes.Unauthenticated)
                : (HttpStatusCode.Forbidden, ProblemTypes.Forbidden);
            await AssertProblemAsync(there, status, type, what);
            return;
        }
        using var nowhere = await SendAsync(somebody, row.Call, "ghost");
        Assert.True(there.StatusCode == nowhere.StatusCode, $"{what}: {there.StatusCode} where there is something, {nowhere.StatusCode} where there is nothing.");
        Assert.Equal(WithoutNames(await nowhere.Content.ReadAsStringAsync()), WithoutNames(await there.Content.ReadAsStringAsync()));
        if (row.Call.StartsWith("GET", StringComparison.Ordinal) || row.Chosen == Chosen.Tenants)
            await AssertProblemAsync(there, HttpStatusCode.NotFound, ProblemTypes.NotFound, what);
    }

    // Of two things that are both not there, only the names asked for may differ in the answers.
    private static string WithoutNames(string answer) => Names().Replace(answer, "NAME");

    private async Task<HttpResponseMessage> SendAsync(Somebody somebody, string call, string which)
    {
        var (method, template) = call.Split(' ') is [var first, var second] ? (first, second) : throw new ArgumentException($"{call} is no route.");
        using var request = new HttpRequestMessage(new HttpMethod(method), Fill(template, which == "thing"));
        if (method is "PUT" or "POST") request.Content = Body(call, which == "thing");
        return await cooperatives.As(somebody).SendAsync(request);
    }

    /// <summary>The address of what farm vale/hill has, or of something that nobody has.</summary>
    private static string Fill(string template, bool isThere) =>
        Parameter().Replace(template, match => match.Groups[1].Value switch
        {
            "id" => !isThere ? "ghost" : template.StartsWith("/v1/key-sets", StringComparison.Ordinal) ? TestFarm.KeySet
                : template.StartsWith("/v1/datasets", StringComparison.Ordinal) ? TestFarm.Dataset
                : template.StartsWith("/v1/subscriptions", StringComparison.Ordinal) ? Cooperatives.Subscription : Cooperatives.Inference,
            "model" => isThere ? TestFarm.Model : "ghost",
            "tenant" => isThere ? "vale" : "ghost",
            "member" or "publisher" => isThere ? "hill" : "ghost",
            "token" => isThere ? "00000000" : "ghost",
            "kind" => "public",
            "index" or "part" or "chunk" => "0",
            "point" => "3",
            "version" => "1",
            var name => throw new InvalidOperationException($"The route {template} has a parameter '{name}' that this test does not know. Say here what to put in its place."),
        }) + (template.EndsWith("/plan", StringComparison.Ordinal) ? "?layout=herd" : "");

    /// <summary>A body that would do something, had the caller what is named.</summary>
    private static HttpContent Body(string call, bool isThere)
    {
        var (keys, data) = isThere ? (TestFarm.KeySet, TestFarm.Dataset) : ("ghost", "ghost");
        object? json = call switch
        {
            "POST /v1/tenants/{tenant}/invitations" => new InvitationRequest("guest"),
            "PUT /v1/tenants/{tenant}/members/{member}/roles" => new RolesRequest([MemberRole.Administrator]),
            "POST /v1/me/tokens" => new TokenRequest("test"),
            "PUT /v1/key-sets/{id}" => new KeySetDeclaration(SealWriter.Write(CkksParameters.Create(4096, 36, 30, 36)), [], false, false),
            "PUT /v1/datasets/{id}" => new DatasetDeclaration(keys + "-none", 1, 1, 1, 1, Math.Pow(2, 30), "herd"),
            "PUT /v1/inferences/{id}" => new InferenceRequest(keys + "-none", data, "hill/" + TestFarm.Model, 1, "herd"),
            "PUT /v1/subscriptions/{id}" => new SubscriptionDeclaration(keys + "-none", "hill/" + TestFarm.Model, 1, "live", 1, 1),
            "POST /v1/subscriptions/{id}/upgrade" => new UpgradeRequest(2),
            _ => new { },
        };
        if (!call.Contains("/objects/", StringComparison.Ordinal) && !call.Contains("/chunks/", StringComparison.Ordinal))
            return new StringContent(JsonSerializer.Serialize(json, ContractJson.Options), Encoding.UTF8, "application/json");
        var octets = new ByteArrayContent([1]);
        octets.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return octets;
    }

    private static async Task AssertProblemAsync(HttpResponseMessage response, HttpStatusCode status, string type, string what)
    {
        Assert.True(response.StatusCode == status, $"{what}: {response.StatusCode}, expected {status}.");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(type, problem.RootElement.GetProperty("type").GetString());
    }

    [GeneratedRegex(@"\{([a-z]+)\}")]
    private static partial Regex Parameter();

    [GeneratedRegex($"{TestFarm.KeySet}(-none)?|{TestFarm.Dataset}|{TestFarm.Model}|{Cooperatives.Inference}|{Cooperatives.Subscription}|ghost(-none)?|vale|hill|00000000")]
    private static partial Regex Names();
}
