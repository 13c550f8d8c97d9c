using System.Text;
using FheOrleans.Gateway;
using FheOrleans.Grains;
using FheOrleans.Hosting;
using Orleans;

namespace FheOrleans.Silo.Hosting;

/// <summary>What a silo does when it has joined: it tells the cluster who its operator is. All silos say the same, and once is enough.</summary>
internal sealed class ClusterStart(SecretsFolder secrets, IGrainFactory grains, ILogger<ClusterStart> log) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (secrets.ReadIfThere(SecretsFolder.OperatorToken) is not { } token) return;
        try
        {
            await grains.GetGrain<IOperatorGrain>(GrainKeys.Operator).EnrolAsync(OperatorToken.Hash(Encoding.UTF8.GetString(token).Trim()));
        }
        catch (AccessRefusedException)
        {
            // The operator has put another in its place. A silo that would not start for that would be missing when it is needed.
            log.OtherOperatorToken(SecretsFolder.OperatorToken);
        }
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        log.Stopping();
        return Task.CompletedTask;
    }
}
