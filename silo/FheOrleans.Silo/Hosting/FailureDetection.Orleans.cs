using System.Globalization;
using Orleans.Configuration;

namespace FheOrleans.Silo.Hosting;

/// <summary>When silos declare another dead.</summary>
/// <remarks>
/// <para>Silos probe each other. Two probes without an answer, the second of them by way of another silo, are a suspicion, and one vote is enough: where
/// two silos are all there are, there is no other. A silo whose process has died refuses connections and is declared dead by that alone.</para>
/// <para>One that hangs, and one whose machine is gone, leaves its connections open. Newer versions of Orleans then wait until nothing at all has
/// come from it for the longest probe's time, twice; by default that is 16 s for probes of 2 s. Here it is <c>--silence</c>. It is
/// what keeps a slow silo alive on a busy machine: an answer that comes too late for its probe is still a sign of life.</para>
/// </remarks>
internal static class FailureDetection
{
    private const int MissedProbes = 2;

    /// <summary>Has this silo declare others dead that say nothing for so long.</summary>
    /// <param name="services">The silo's services.</param>
    /// <param name="silence">How long; the same at all silos.</param>
    public static void DeclareDeadAfter(this IServiceCollection services, TimeSpan silence)
    {
        services.Configure<ClusterMembershipOptions>(membership =>
        {
            membership.ProbeTimeout = silence / 3;
            membership.NumMissedProbesLimit = MissedProbes;
            membership.NumVotesForDeathDeclaration = 1;
            // A cluster that lost all its silos at once must not wait long for those that will not come back.
            membership.IAmAliveTablePublishTimeout = TimeSpan.FromSeconds(5);
            membership.DefunctSiloExpiration = TimeSpan.FromDays(1);
            // A silo that is not let in ends soon, and says so to whoever runs it.
            membership.MaxJoinAttemptTime = TimeSpan.FromMinutes(1);
        });
        // By its name, since the first versions of Orleans 10 do not have it; what is not there is passed over.
        var longest = new ConfigurationBuilder().AddInMemoryCollection(
            new Dictionary<string, string?> { ["MaxProbeTimeout"] = (silence / MissedProbes).ToString("c", CultureInfo.InvariantCulture) });
        services.AddOptions<ClusterMembershipOptions>().Bind(longest.Build());
    }
}
