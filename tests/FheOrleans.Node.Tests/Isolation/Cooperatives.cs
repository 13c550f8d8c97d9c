using System.Text.Json;
using FheOrleans.Client.Nodes;
using FheOrleans.Gateway.Identity;
using FheOrleans.Node.Tests.Support;

namespace FheOrleans.Node.Tests.Isolation;

/// <summary>Somebody who calls: of a tenant, or the operator, or a stranger.</summary>
internal sealed record Somebody(string Tenant, string Name, string? Token, params Role[] Roles)
{
    public override string ToString() => Roles is [] ? "a stranger" : $"{string.Join(" and ", Roles)} {Tenant}/{Name}";
}

/// <summary>
/// Two co-operatives with the same names in them. Farm <c>vale/hill</c> has one of everything; nobody may reach any of it who is not
/// meant to.
/// </summary>
public sealed class Cooperatives : IAsyncLifetime
{
    internal const string Inference = "july", Subscription = "weekly";

    private readonly Dictionary<Somebody, HttpClient> _clients = [];
    private LiveFarm _live = null!;
    private TestFarm _farm = null!;

    internal TestNode Node { get; private set; } = null!;

    /// <summary>Whose things they are.</summary>
    internal Somebody Hill { get; private set; } = null!;

    /// <summary>Everybody else, in every role.</summary>
    internal List<Somebody> Others { get; } = [];

    public async Task InitializeAsync()
    {
        Node = await TestNode.StartAsync();
        Hill = await JoinAsync("vale", "hill", Role.Owner, Role.Publisher);
        await using var client = new NodeClient(Node.Address, Hill.Token);
        _farm = await FillAsync(client);
        _live = LiveFarm.Create();
        await _live.SubscribeAsync(client, Subscription);
        for (var point = 1; point <= 3; point++) await _live.AppendAsync(client, Subscription, point);
        await client.ListenToEndAsync(after: 0, Subscription);
        Others.AddRange([new("", "", null), new("", "operator", Node.OperatorToken, Role.Operator)]);
        foreach (var tenant in new[] { "vale", "moor" })
        {
            Others.Add(await JoinAsync(tenant, "head", Role.Administrator));
            Others.Add(await JoinAsync(tenant, "dale", Role.Owner));
            Others.Add(await JoinAsync(tenant, "lab", Role.Publisher));
            Others.Add(await JoinAsync(tenant, "all", Role.Administrator, Role.Owner, Role.Publisher));
        }
        // The same name in the other tenant is somebody else.
        Others.Add(await JoinAsync("moor", "hill", Role.Owner, Role.Publisher));
    }

    /// <summary>A connection with somebody's token.</summary>
    internal HttpClient As(Somebody somebody) =>
        _clients.TryGetValue(somebody, out var known) ? known : _clients[somebody] = Node.Http(somebody.Token);

    /// <summary>Gives an owner keys, a dataset, a model and an inference that has ended.</summary>
    internal static async Task<TestFarm> FillAsync(NodeClient client)
    {
        var farm = await TestFarm.LinearAsync(client, windows: 30);
        await farm.UploadKeysAsync(client);
        await farm.UploadDataAsync(client);
        await client.StartInferenceAsync(Inference, farm.Request);
        await client.ListenToEndAsync(after: 0, Inference);
        return farm;
    }

    /// <summary>Everything that the farm's own token shows of it: to be the same before and after.</summary>
    internal async Task<string> DescribeHillAsync()
    {
        var http = As(Hill);
        string[] paths =
        [
            Routes.Me, Routes.KeySetOf(TestFarm.KeySet), Routes.DatasetOf(TestFarm.Dataset), Routes.ModelOf(_farm.Reference),
            Routes.InferenceOf(Inference), Routes.ResultOf(Inference, 0), Routes.EventsAfter(0),
            Routes.SubscriptionOf(Subscription), Routes.LiveResultOf(Subscription, 3),
        ];
        var answers = await Task.WhenAll(paths.Select(async path => $"{path}\n{Convert.ToHexString(await http.GetByteArrayAsync(path))}"));
        // The ledger's head is signed with the time of asking; its entries are what they were.
        using var ledger = JsonDocument.Parse(await http.GetStringAsync(Routes.Ledger));
        var entries = ledger.RootElement.GetProperty("entries").GetRawText();
        return string.Join('\n', answers) + entries + await As(Others.Single(somebody => somebody is { Tenant: "vale", Name: "head" })).GetStringAsync(Routes.MemberOf("vale", "hill"));
    }

    public async Task DisposeAsync()
    {
        foreach (var client in _clients.Values) client.Dispose();
        _farm.Dispose();
        _live.Dispose();
        await Node.DisposeAsync();
    }

    internal async Task<Somebody> JoinAsync(string tenant, string name, params Role[] roles)
    {
        await using var byOperator = new NodeClient(Node.Address, Node.OperatorToken);
        await byOperator.CreateTenantAsync(tenant);
        var wire = roles.Select(role => Enum.Parse<MemberRole>(role.ToString())).ToArray();
        var invitation = await byOperator.InviteAsync(tenant, new InvitationRequest(name, Roles: wire));
        await using var stranger = new NodeClient(Node.Address, token: null);
        return new(tenant, name, (await stranger.JoinAsync(invitation.Code)).Token, roles);
    }
}
