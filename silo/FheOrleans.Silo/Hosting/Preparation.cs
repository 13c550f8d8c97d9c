using System.Text;
using FheOrleans.Gateway;
using FheOrleans.Grains;
using FheOrleans.Hosting;
using FheOrleans.Silo.Identity;
using FheOrleans.Silo.Options;
using FheOrleans.Silo.Storage;

namespace FheOrleans.Silo.Hosting;

/// <summary>
/// Makes a cluster ready: the secrets that all its processes share, and the database's schema. What is there already stays as it is; running it
/// again does no harm, and after an upgrade it must be run again.
/// </summary>
internal static class Preparation
{
    /// <summary>Prepares, and says on standard output what it did, a line each.</summary>
    /// <exception cref="StartException">It cannot; the message says what to do.</exception>
    public static async Task RunAsync(PrepareOptions options)
    {
        var secrets = SecretsFolder.Make(options.Secrets);
        foreach (var made in await MakeSecretsAsync(secrets, options, TimeProvider.System)) await Console.Out.WriteLineAsync($"made {secrets.PathOf(made)}");
        using var certificate = SelfSignedCertificate.Load(
            secrets.Read(SecretsFolder.Certificate), $"{SecretsFolder.Certificate} in the folder of --secrets is no certificate with its key. Put the right one back.");
        try
        {
            foreach (var applied in await ClusterStorage.PrepareAsync(DatabaseConnection.Read(secrets))) await Console.Out.WriteLineAsync($"applied {applied}");
        }
        catch (StorageException fault)
        {
            throw new StartException(fault.Message, fault);
        }
        await Console.Out.WriteLineAsync($"prepared {secrets.Path} sha256:{NodeCertificate.Sha256(certificate)}");
    }

    /// <summary>Makes the secrets that are missing.</summary>
    /// <param name="secrets">Where they are kept.</param>
    /// <param name="options">What to prepare.</param>
    /// <param name="time">The clock.</param>
    /// <returns>The names of those that were made.</returns>
    /// <exception cref="StartException">The connection string is missing, or none.</exception>
    internal static async Task<IReadOnlyList<string>> MakeSecretsAsync(SecretsFolder secrets, PrepareOptions options, TimeProvider time)
    {
        var made = new List<string>();
        if (!secrets.Has(SecretsFolder.Connection))
        {
            // First: without it nothing else is of use, and nothing else is left behind.
            var file = options.DatabaseFile ?? throw new StartException(
                $"There is no {SecretsFolder.Connection} in the folder of --secrets. Name a file with the database's connection string: --database-file FILE.");
            Keep(SecretsFolder.Connection, Encoding.UTF8.GetBytes(DatabaseConnection.Parse(await File.ReadAllTextAsync(file), "The file of --database-file") + "\n"));
        }
        // An operator may have taken the token to a better place since: only a cluster that is new gets one.
        var isNew = !secrets.Has(SecretsFolder.ClusterCertificate);
        if (!secrets.Has(SecretsFolder.Certificate)) Keep(SecretsFolder.Certificate, SelfSignedCertificate.MakeServer(options.Hosts, time));
        if (isNew) Keep(SecretsFolder.OperatorToken, Encoding.UTF8.GetBytes(OperatorToken.New()));
        if (!secrets.Has(SecretsFolder.SigningKey))
        {
            using var key = NodeSigningKey.Make();
            Keep(SecretsFolder.SigningKey, key.Export());
        }
        // Last: it says that there is a cluster.
        if (isNew) Keep(SecretsFolder.ClusterCertificate, SelfSignedCertificate.MakePeer(time));
        return made;

        void Keep(string name, byte[] bytes)
        {
            if (secrets.WriteNew(name, bytes)) made.Add(name);
        }
    }
}
