using System.CommandLine;

namespace FheOrleans.Cli;

/// <summary>The options that say who administers what: the operator by the node's token file, everybody else by the farm's home.</summary>
internal sealed class AdminOptions
{
    public Option<string?> Node { get; } = new("--node")
    {
        Description = "The node's address, https://host:port, or those of a cluster's gateways separated by commas; with --token-file. Defaults to the farm's node.",
        HelpName = "address",
    };

    public Option<string?> Certificate { get; } = new("--certificate")
    {
        Description = "SHA-256 of the node's certificate; with --token-file.",
        HelpName = "sha256:hex",
    };

    public Option<string?> TokenFile { get; } = new("--token-file")
    {
        Description = "File that holds the token, as operator.token in the node's folder. Without it, the farm's own token is used.",
        HelpName = "file",
    };

    public Option<string?> Tenant { get; } = new("--tenant")
    {
        Description = "The co-operative. Defaults to the farm's own.",
        HelpName = "name",
    };

    public Option<string?> Home { get; } = SharedOptions.Home();

    public Option<string?> PassphraseFile { get; } = SharedOptions.PassphraseFile();

    /// <summary>Adds the options to a command.</summary>
    /// <param name="command">The command.</param>
    /// <param name="ofATenant">Whether it is about one tenant.</param>
    public void AddTo(Command command, bool ofATenant)
    {
        if (ofATenant) command.Add(Tenant);
        command.Add(Node);
        command.Add(Certificate);
        command.Add(TokenFile);
        command.Add(Home);
        command.Add(PassphraseFile);
    }
}
