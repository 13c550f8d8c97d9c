using System.Security.Cryptography.X509Certificates;
using FheOrleans.Client.Nodes;
using FheOrleans.Gateway;
using FheOrleans.Hosting;
using FheOrleans.Silo.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FheOrleans.Node.Tests.Support;

/// <summary>The same node inside the test's process, where its routes can be listed.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    private readonly TemporaryFolder _place = new();
    private readonly DataFolder _folder;
    private readonly X509Certificate2 _certificate;

    private TestNode(Func<NodeOptions, NodeOptions>? configure, Action<GatewayOptions, IServiceCollection>? limits)
    {
        _folder = DataFolder.Take(_place["node"]);
        _certificate = NodeCertificate.LoadOrMake(_folder, "127.0.0.1", TimeProvider.System);
        var options = new NodeOptions { Data = _folder.Path, Log = LogLevel.None };
        Application = Silo.Hosting.Node.Build(configure?.Invoke(options) ?? options, _folder, _certificate, (gateway, services) =>
        {
            // Tests try out bad tokens by the hundred; those about the limit set their own.
            gateway.FailedSignInsPerMinute = 100_000;
            limits?.Invoke(gateway, services);
        });
    }

    public WebApplication Application { get; }

    public NodeAddress Address { get; private set; } = null!;

    public string Database => _folder.PathOf("node.sqlite");

    public string OperatorToken => File.ReadAllText(_folder.PathOf("operator.token"));

    public static async Task<TestNode> StartAsync(
        Func<NodeOptions, NodeOptions>? configure = null, Action<GatewayOptions, IServiceCollection>? limits = null)
    {
        var node = new TestNode(configure, limits);
        await node.Application.StartAsync();
        var url = node.Application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        node.Address = new NodeAddress(new Uri(url), NodeCertificate.Sha256(node._certificate));
        return node;
    }

    /// <summary>A plain HTTP client with the pin, for requests a good client would not send.</summary>
    public HttpClient Http(string? token = null) => PlainHttp.Create(Address, token);

    public Task<JoinedOwner> JoinAsync(string tenant, string owner) => Joining.JoinAsync(Address, OperatorToken, tenant, owner);

    public async ValueTask DisposeAsync()
    {
        await Application.StopAsync();
        await Application.DisposeAsync();
        _certificate.Dispose();
        _folder.Dispose();
        _place.Dispose();
    }
}
