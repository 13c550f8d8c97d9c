using System.CommandLine;
using FheOrleans.Client.Keys;
using FheOrleans.Client.Nodes;
using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Cli;

/// <summary>A connection to a node as its operator or as a member, for one command; and the place where its token is kept.</summary>
internal sealed class AdminSession : IAsyncDisposable
{
    private readonly FarmHome? _home;
    private readonly string? _tokenFile;
    private readonly string? _tenant;

    private AdminSession(NodeClient node, FarmHome? home, string? tokenFile, string? tenant) =>
        (Node, _home, _tokenFile, _tenant) = (node, home, tokenFile, tenant);

    public NodeClient Node { get; }

    /// <summary>The co-operative the command is about.</summary>
    /// <exception cref="UsageException">None is named, and the token is not a farm's.</exception>
    public string Tenant => _tenant ?? throw new UsageException("--tenant is needed with --token-file. 'farm admin tenants list' lists them.");

    /// <exception cref="UsageException">The options do not name a node.</exception>
    public static AdminSession Open(AdminOptions options, ParseResult parsed)
    {
        var (node, certificate, file) = (parsed.GetValue(options.Node), parsed.GetValue(options.Certificate), parsed.GetValue(options.TokenFile));
        var tenant = parsed.CommandResult.Command.Options.Contains(options.Tenant) ? parsed.GetValue(options.Tenant) : null;
        if (file is not null)
        {
            if (node is null || certificate is null)
                throw new UsageException("--token-file needs --node and --certificate beside it. Copy both from what the node printed.");
            return new(new NodeClient(SharedOptions.AddressOf(node, certificate), TokenFile.Read(file)), home: null, file, tenant);
        }
        if (node is not null || certificate is not null)
            throw new UsageException("--node and --certificate go with --token-file. A farm's home knows its node; 'farm init' changes it.");
        var home = SharedOptions.OpenHome(parsed.GetValue(options.Home), parsed.GetValue(options.PassphraseFile));
        try
        {
            var profile = home.ReadProfile();
            return new(new NodeClient(profile.ToAddress(), home.ReadToken()), home, tokenFile: null, tenant ?? profile.Tenant);
        }
        catch
        {
            home.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Issues another token, keeps it where the old one was, tries it, and revokes the old one: in this order, so that a crash anywhere leaves
    /// a token that works in its place.
    /// </summary>
    public async Task<IssuedToken> RotateAsync(TokenRequest request, CancellationToken cancellation)
    {
        var old = (await Node.GetMyTokensAsync(cancellation)).Current;
        var issued = await Node.IssueTokenAsync(request, cancellation);
        if (_home is not null) _home.Initialize(_home.ReadProfile(), issued.Token);
        else TokenFile.Write(_tokenFile!, issued.Token);
        await using var renewed = new NodeClient(Node.Address, issued.Token);
        await renewed.RevokeMyTokenAsync(old, cancellation);
        return issued;
    }

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        _home?.Dispose();
    }
}
