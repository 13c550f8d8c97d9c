using FheOrleans.Silo.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;

namespace FheOrleans.Cluster.Tests.Contract;

public class FailureDetectionTests
{
    [Theory, InlineData(3), InlineData(6), InlineData(60)]
    public void DeclareDeadAfter_Silence_IsWhatProbesAndConnectionsGoBy(int seconds)
    {
        var silence = TimeSpan.FromSeconds(seconds);
        using var services = Services(silence);

        var membership = services.GetRequiredService<IOptions<ClusterMembershipOptions>>().Value;

        // By probes alone it is noticed within two thirds of it.
        Assert.Equal((silence / 3, 2, 1), (membership.ProbeTimeout, membership.NumMissedProbesLimit, membership.NumVotesForDeathDeclaration));
        // Where Orleans has this, it asks for that long a silence of the whole connection, the longest probe's time for each that may be missed.
        if (typeof(ClusterMembershipOptions).GetProperty("MaxProbeTimeout") is { } longest)
            Assert.Equal(silence, membership.NumMissedProbesLimit * (TimeSpan)longest.GetValue(membership)!);
    }

    private static ServiceProvider Services(TimeSpan silence)
    {
        var services = new ServiceCollection();
        services.DeclareDeadAfter(silence);
        return services.BuildServiceProvider();
    }
}
