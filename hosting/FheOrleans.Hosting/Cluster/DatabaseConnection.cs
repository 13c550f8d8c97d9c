using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace FheOrleans.Hosting;

/// <summary>Where a cluster's PostgreSQL database is: an Npgsql connection string from the secrets folder, password and all.</summary>
/// <remarks>Nothing of it is ever in a message: a password with a semicolon in it that was not quoted would look like an unknown keyword.</remarks>
public static class DatabaseConnection
{
    /// <summary>The schema of everything of ours in the database.</summary>
    public const string Schema = "fheorleans";

    private const string Expected =
        "expected one line 'Host=…;Database=…;Username=…;Password=…', a value with ; or = in it between double quotes";

    /// <summary>Reads it.</summary>
    /// <param name="secrets">The folder.</param>
    /// <returns>The connection string, checked and brought into Npgsql's own form.</returns>
    /// <exception cref="StartException">It is not there, others may read it, or it is none.</exception>
    public static string Read(SecretsFolder secrets)
    {
        ArgumentNullException.ThrowIfNull(secrets);
        var stored = secrets.Read(SecretsFolder.Connection);
        try
        {
            return Parse(Encoding.UTF8.GetString(stored), $"{SecretsFolder.Connection} in the folder of --secrets");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(stored);
        }
    }

    /// <summary>Checks a connection string.</summary>
    /// <param name="text">The connection string.</param>
    /// <param name="source">Where it came from, for messages.</param>
    /// <returns>It in Npgsql's own form.</returns>
    /// <exception cref="StartException">It is none, or lacks host or database.</exception>
    public static string Parse(string text, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        try
        {
            var settings = new NpgsqlConnectionStringBuilder(text.Trim());
            var missing = string.IsNullOrWhiteSpace(settings.Host) ? "Host" : string.IsNullOrWhiteSpace(settings.Database) ? "Database" : null;
            return missing is null ? settings.ToString() : throw new StartException($"{source} names no {missing}; {Expected}.");
        }
        catch (Exception fault) when (fault is ArgumentException or FormatException or InvalidCastException or OverflowException or KeyNotFoundException)
        {
            // Without the cause, whose message quotes what it stumbled over.
            throw new StartException($"{source} holds no connection string; {Expected}.");
        }
    }

    /// <summary>The connection string with which Orleans reads and writes who is in the cluster.</summary>
    /// <param name="connection">As <see cref="Read"/> gives it.</param>
    /// <returns>The same database; tables are found in <see cref="Schema"/>, and nobody waits long.</returns>
    public static string ForMembership(string connection)
    {
        var settings = Guarded(connection);
        // A handful of short statements: a pool of its own, so that membership never waits behind payloads.
        (settings.ApplicationName, settings.MinPoolSize, settings.MaxPoolSize) = ("fheorleans-membership", 0, 4);
        (settings.Timeout, settings.CommandTimeout) = (5, 5);
        return settings.ToString();
    }

    /// <summary>Sets what every connection of ours has, whatever is in the file.</summary>
    /// <param name="connection">As <see cref="Read"/> gives it.</param>
    /// <returns>
    /// Settings under which tables are found in <see cref="Schema"/>, no error quotes a row, strangers' machines are reached by TLS only, and of
    /// several hosts the one is used that takes writes.
    /// </returns>
    /// <remarks>Only the operator's own word in the file, <c>SSL Mode</c>, sends bytes over a network unencrypted.</remarks>
    public static NpgsqlConnectionStringBuilder Guarded(string connection)
    {
        var settings = new NpgsqlConnectionStringBuilder(connection)
        {
            SearchPath = Schema,
            IncludeErrorDetail = false,
            PersistSecurityInfo = false,
            LogParameters = false,
            // Locks and settings are a session's, so a session is one caller's at a time, and begins anew with the next.
            Multiplexing = false,
            NoResetOnClose = false,
            // A server that is gone without a word is noticed.
            TcpKeepAlive = true,
        };
        // A server's own limit for idle sessions would end the one by which a node holds its database.
        settings.Options = "-c idle_session_timeout=0 " + settings.Options;
        var hosts = settings.Host!.Split(',');
        if (!Names(connection, "SSL Mode") && !hosts.All(IsThisMachine)) settings.SslMode = SslMode.Require;
        if (hosts.Length > 1) settings.TargetSessionAttributes ??= "read-write";
        return settings;
    }

    /// <summary>Whether a connection string has a word of its own on a setting, in whichever of the setting's spellings.</summary>
    /// <param name="connection">As <see cref="Read"/> gives it.</param>
    /// <param name="setting">The setting, spelled as Npgsql does first: <c>SSL Mode</c>.</param>
    /// <returns>Whether it is in it.</returns>
    /// <remarks>Npgsql's own builder says so of every setting there is, in it or not.</remarks>
    public static bool Names(string connection, string setting) =>
        new DbConnectionStringBuilder { ConnectionString = new NpgsqlConnectionStringBuilder(connection).ToString() }.ContainsKey(setting);

    /// <summary>Whether nobody is on the way: a socket's folder, or a loopback address, with or without a port.</summary>
    private static bool IsThisMachine(string host)
    {
        var name = host.Trim();
        var port = name.LastIndexOf(':');
        // An IPv6 address has colons of its own, and stands in brackets where a port follows.
        if (port > 0 && (name[port - 1] == ']' || name.IndexOf(':', StringComparison.Ordinal) == port)) name = name[..port];
        return name.StartsWith('/') || name.Trim('[', ']') is "localhost" or "127.0.0.1" or "::1";
    }
}
