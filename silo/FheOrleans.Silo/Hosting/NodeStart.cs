using System.Text;
using FheOrleans.Gateway;
using FheOrleans.Grains;
using FheOrleans.Hosting;
using FheOrleans.Silo.Options;
using Orleans;

namespace FheOrleans.Silo.Hosting;

/// <summary>What a node does before it lets anybody in: it learns who its operator is, and takes work, whatever it did before it was stopped.</summary>
internal sealed class NodeStart(NodeOptions options, DataFolder folder, IGrainFactory grains, ILogger<NodeStart> log) : IHostedService
{
    /// <summary>The file of the operator's token in the data folder.</summary>
    internal const string TokenFile = "operator.token";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var operators = grains.GetGrain<IOperatorGrain>(GrainKeys.Operator);
        if (options.NewOperatorToken)
        {
            await RenewAsync(operators);
            return;
        }
        var kept = folder.ReadSecret(TokenFile);
        // Written before it is enrolled: a token that is enrolled and lost could never be replaced.
        var token = kept is null ? OperatorToken.New() : Encoding.UTF8.GetString(kept).Trim();
        if (kept is null) folder.WriteSecret(TokenFile, Encoding.UTF8.GetBytes(token));
        try
        {
            await operators.DrainAsync(on: false);
            await operators.EnrolAsync(OperatorToken.Hash(token));
            if (kept is null) log.OperatorTokenMade(folder.PathOf(TokenFile));
        }
        catch (AccessRefusedException) when (kept is null)
        {
            // Not the first start: the operator has taken the file to a better place.
            File.Delete(folder.PathOf(TokenFile));
        }
        catch (AccessRefusedException fault)
        {
            throw new StartException(
                $"{TokenFile} in the folder of --data holds another token than the enrolled one. Put the right one back, or take the file away; if it is lost, --new-operator-token makes another.", fault);
        }
    }

    /// <summary>Whoever may write in the node's folder operates it: so an operator who lost every token comes back.</summary>
    private async Task RenewAsync(IOperatorGrain operators)
    {
        var token = OperatorToken.New();
        folder.WriteSecret(TokenFile, Encoding.UTF8.GetBytes(token));
        await operators.ReplaceTokensAsync(OperatorToken.Hash(token));
        log.OperatorTokensReplaced(folder.PathOf(TokenFile));
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        log.Stopping();
        return Task.CompletedTask;
    }
}
