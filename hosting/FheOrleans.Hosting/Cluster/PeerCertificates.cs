using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FheOrleans.Hosting;

/// <summary>
/// By what processes of a cluster know each other: each presents the certificate of the secrets folder, and accepts it from others, byte for
/// byte. There is no authority: who has the key belongs to the cluster, and nobody else does.
/// </summary>
/// <remarks>
/// While it is exchanged two more may be accepted and are not presented: <c>cluster.next.pfx</c> and <c>cluster.previous.pfx</c>.
/// docs/operations.md has the three rounds.
/// </remarks>
public sealed class PeerCertificates : IDisposable
{
    /// <summary>A certificate that is accepted and will be presented.</summary>
    public const string Next = "cluster.next.pfx";

    /// <summary>A certificate that is accepted and was presented.</summary>
    public const string Previous = "cluster.previous.pfx";

    private readonly byte[][] _accepted;

    private PeerCertificates(X509Certificate2 own, byte[][] accepted) => (Own, _accepted) = (own, accepted);

    /// <summary>What this process presents, with its key.</summary>
    public X509Certificate2 Own { get; }

    /// <summary>Loads them.</summary>
    /// <param name="secrets">The folder.</param>
    /// <returns>The certificates; the caller disposes of them.</returns>
    /// <exception cref="StartException">One is missing or no certificate with its key.</exception>
    public static PeerCertificates Load(SecretsFolder secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        var own = Read(SecretsFolder.ClusterCertificate, secrets.Read(SecretsFolder.ClusterCertificate));
        var accepted = new List<byte[]> { own.RawData };
        foreach (var name in new[] { Next, Previous })
        {
            if (secrets.ReadIfThere(name) is not { } stored) continue;
            using var other = Read(name, stored);
            accepted.Add(other.RawData);
        }
        return new(own, [.. accepted]);
    }

    /// <summary>Whether a peer that presents a certificate, and has proved that it has its key, belongs to the cluster.</summary>
    /// <param name="presented">What it presents; null for nothing.</param>
    /// <returns>Whether it is one of those accepted.</returns>
    public bool Accepts(X509Certificate2? presented) =>
        presented is not null && _accepted.Any(known => CryptographicOperations.FixedTimeEquals(known, presented.RawDataMemory.Span));

    /// <inheritdoc/>
    public void Dispose() => Own.Dispose();

    private static X509Certificate2 Read(string name, byte[] stored) => SelfSignedCertificate.Load(
        stored, $"{name} in the folder of --secrets is no certificate with its key. Put it back from where the cluster was prepared.");
}
