using Orleans.Messaging;
using Orleans.Runtime.Membership;

namespace FheOrleans.Gateway.Host.Hosting;

/// <summary>The list of silos as the database has it, which Orleans reads every few seconds. What is no longer on it is told to the calls that wait.</summary>
internal sealed class SiloList(IServiceProvider services, SiloLosses losses, TimeProvider time, ILogger<SiloList> log) : IGatewayListProvider
{
    // Orleans takes the list in after it has been given it; whoever asks again before that may be sent to the lost silo again.
    private static readonly TimeSpan TakenIn = TimeSpan.FromMilliseconds(200);

    private readonly AdoNetGatewayListProvider _table = ActivatorUtilities.CreateInstance<AdoNetGatewayListProvider>(services);
    private readonly Lock _gate = new();
    private HashSet<Uri> _silos = [];

    /// <inheritdoc/>
    public TimeSpan MaxStaleness => _table.MaxStaleness;

    /// <inheritdoc/>
    public bool IsUpdatable => true;

    /// <inheritdoc/>
    public Task InitializeGatewayListProvider() => _table.InitializeGatewayListProvider();

    /// <inheritdoc/>
    public async Task<IList<Uri>> GetGateways()
    {
        var silos = await _table.GetGateways();
        Uri[] gone;
        lock (_gate)
        {
            gone = [.. _silos.Except(silos)];
            _silos = [.. silos];
        }
        if (gone.Length > 0) _ = AnnounceAsync(gone);
        return silos;
    }

    private async Task AnnounceAsync(Uri[] gone)
    {
        await Task.Delay(TakenIn, time);
        foreach (var silo in gone) log.SiloGone(silo.Authority);
        losses.Announce();
    }
}
