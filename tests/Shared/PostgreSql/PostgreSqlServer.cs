using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace FheOrleans.Tests;

/// <summary>
/// A PostgreSQL server of the tests' own: Debian's program on a free port of the loopback address, with its data in a temporary folder. It
/// cannot outlive the process that started it, however that ends.
/// </summary>
internal sealed class PostgreSqlServer : IAsyncDisposable
{
    /// <summary>Who owns the tests' databases: an account like an operator would make, which may do nothing else.</summary>
    public const string Account = "fhe";

    /// <summary>Who runs the server: the account that may do everything, for tests of accounts.</summary>
    public const string Root = "root";

    /// <summary>The server vacuums every second what changed at all: whatever that can come between does so in the tests too.</summary>
    private static readonly string[] BusyVacuum =
    [
        "autovacuum_naptime=1s", "autovacuum_vacuum_threshold=1", "autovacuum_vacuum_scale_factor=0", "autovacuum_vacuum_insert_threshold=1",
        "autovacuum_vacuum_insert_scale_factor=0", "autovacuum_analyze_threshold=1", "autovacuum_analyze_scale_factor=0",
    ];

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly Lazy<Task<PostgreSqlServer>> Shared = new(() => StartAsync(BusyVacuum));

    private readonly Process _keeper;
    private readonly string _folder;
    private readonly string _password;
    private readonly int _port;
    private readonly SemaphoreSlim _one = new(1);
    private int _databases;

    private PostgreSqlServer(Process keeper, string folder, string password, int port) =>
        (_keeper, _folder, _password, _port) = (keeper, folder, password, port);

    /// <summary>The folder of PostgreSQL's programs; null when it is not installed.</summary>
    public static string? Programs { get; } = FindPrograms();

    /// <summary>Whether the server can be started here.</summary>
    public static bool IsPresent => Programs is not null && !OperatingSystem.IsWindows();

    /// <summary>The folder of the data, for tests that look for bytes in the files.</summary>
    public string DataFolder => Path.Combine(_folder, "data");

    /// <summary>The server's log.</summary>
    public string Log => File.ReadAllText(Path.Combine(_folder, "log"));

    /// <summary>The account's password, for tests that look for it where it must not be.</summary>
    public string Password => _password;

    /// <summary>The server that all tests of an assembly share; each has a database of its own in it.</summary>
    public static Task<PostgreSqlServer> SharedAsync() => Shared.Value;

    /// <summary>A server for one test, which may stop and kill it.</summary>
    /// <param name="settings">Settings of <c>postgresql.conf</c>, <c>name=value</c>.</param>
    public static async Task<PostgreSqlServer> StartAsync(params string[] settings)
    {
        var programs = Programs ?? throw new InvalidOperationException("PostgreSQL is not installed; on Debian it is the package 'postgresql'.");
        var folder = Directory.CreateTempSubdirectory("fheorleans-pg-").FullName;
        var (password, port) = (Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)), FreePort());
        await File.WriteAllTextAsync(Path.Combine(folder, "password"), password);
        await File.WriteAllTextAsync(Path.Combine(folder, "keeper.sh"), Keeper);
        var start = new ProcessStartInfo("sh") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in (string[])[Path.Combine(folder, "keeper.sh"), programs, folder, $"{port}", Root, .. settings]) start.ArgumentList.Add(argument);
        var server = new PostgreSqlServer(Process.Start(start)!, folder, password, port);
        try
        {
            await server.AnswerAsync("a new server's folder");
            await server.StartAgainAsync();
            await ExecuteAsync(server.ConnectionStringOf("postgres", Root), $"CREATE ROLE {Account} LOGIN PASSWORD '{password}'");
            // What docs/operations.md has an operator grant, so that what is deleted leaves the server's log as well.
            await ExecuteAsync(server.ConnectionStringOf("template1", Root), $"GRANT pg_checkpoint TO {Account}; GRANT EXECUTE ON FUNCTION pg_switch_wal() TO {Account}");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a database.</summary>
    /// <param name="template">The database it begins as, which nobody may be connected to.</param>
    /// <returns>Its connection string.</returns>
    public async Task<string> CreateDatabaseAsync(string template = "template1")
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"test{Interlocked.Increment(ref _databases)}");
        await _one.WaitAsync(); // One at a time: a template may have one reader.
        try
        {
            await ExecuteAsync(ConnectionStringOf("postgres", Root), $"CREATE DATABASE {name} OWNER {Account} TEMPLATE {template}");
        }
        finally
        {
            _one.Release();
        }
        return ConnectionStringOf(name);
    }

    /// <summary>The connection string of a database.</summary>
    /// <param name="database">The database.</param>
    /// <param name="account">Who connects.</param>
    public string ConnectionStringOf(string database, string account = Account) => new NpgsqlConnectionStringBuilder
    {
        Host = "127.0.0.1",
        Port = _port,
        Database = database,
        Username = account,
        Password = _password,
    }.ToString();

    /// <summary>Writes a database's connection string into a file as a node wants it.</summary>
    public static void WriteConnectionFile(string path, string connectionString)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(path, options);
        stream.Write(System.Text.Encoding.UTF8.GetBytes(connectionString));
    }

    /// <summary>Executes statements on a connection of their own.</summary>
    public static async Task<object?> ExecuteAsync(string connectionString, string text)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ToString());
        await connection.OpenAsync();
#pragma warning disable CA2100 // The tests' own.
        await using var command = new NpgsqlCommand(text, connection) { CommandTimeout = 60 };
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync();
    }

    /// <summary>Ends the server as a power cut does; it is gone when this returns.</summary>
    public Task KillAsync() => EndAsync("KILL");

    /// <summary>Ends the server in order, without waiting for those that are connected.</summary>
    public Task StopAsync() => EndAsync("INT");

    /// <summary>Starts it again on the same folder and port, and waits until it answers.</summary>
    public async Task StartAgainAsync()
    {
        var begun = Stopwatch.GetTimestamp();
        await TellAsync("start");
        while (true)
        {
            try
            {
                await ExecuteAsync(ConnectionStringOf("postgres", Root), "SELECT 1");
                return;
            }
            catch (NpgsqlException)
            {
                if (Stopwatch.GetElapsedTime(begun) > Patience) throw new TimeoutException($"PostgreSQL did not answer within {Patience}. It logged:\n{Log}");
                await Task.Delay(TimeSpan.FromMilliseconds(20));
            }
        }
    }

    /// <summary>Runs one of PostgreSQL's programs against a database.</summary>
    /// <param name="program">Its name: <c>pg_dump</c>.</param>
    /// <param name="arguments">Its arguments, without the server's address and account.</param>
    public async Task RunAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Programs!, program)) { RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        foreach (var (name, value) in new[] { ("PGHOST", "127.0.0.1"), ("PGPORT", $"{_port}"), ("PGUSER", Root), ("PGPASSWORD", _password) }) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with {process.ExitCode}: {said}");
    }

    public async ValueTask DisposeAsync()
    {
        _keeper.StandardInput.Close(); // The keeper does the rest.
        using var patience = new CancellationTokenSource(Patience);
        await _keeper.WaitForExitAsync(patience.Token);
        _keeper.Dispose();
        _one.Dispose();
    }

    private async Task EndAsync(string signal)
    {
        await TellAsync($"end {signal}");
        NpgsqlConnection.ClearAllPools();
    }

    private async Task TellAsync(string word)
    {
        await _keeper.StandardInput.WriteLineAsync(word);
        await _keeper.StandardInput.FlushAsync();
        await AnswerAsync(word);
    }

    private async Task AnswerAsync(string what)
    {
        if (await _keeper.StandardOutput.ReadLineAsync().WaitAsync(Patience) != "done") throw new InvalidOperationException($"PostgreSQL's keeper failed: {what}.");
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static string? FindPrograms()
    {
        const string Debian = "/usr/lib/postgresql";
        IEnumerable<string> folders = Directory.Exists(Debian) ? Directory.GetDirectories(Debian).Select(version => Path.Combine(version, "bin")).OrderDescending() : [];
        return folders.Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")) && File.Exists(Path.Combine(folder, "postgres")));
    }

    // Flushes of the disk are for power cuts, and no test cuts the power: a killed server's writes are with the operating system.
    // PostgreSQL refuses to run as root: then it runs as an account that can do nothing else. When standard input ends, which it does with
    // the process at its other end, the server ends and its folder goes.
    private const string Keeper =
        """
        programs=$1 folder=$2 port=$3 account=$4; shift 4
        settings=; for setting in "$@"; do settings="$settings -c $setting"; done
        as=; if [ "$(id -u)" = 0 ]; then
          user=nobody; id -u postgres >/dev/null 2>&1 && user=postgres
          chown -R "$user" "$folder"; as="setpriv --reuid $user --regid $(id -g "$user") --clear-groups"
        fi
        cd "$folder"
        $as "$programs/initdb" -D "$folder/data" -U "$account" -A scram-sha-256 --pwfile="$folder/password" -E UTF8 --locale=C --no-sync >"$folder/log" 2>&1 && echo done
        pid=
        # What a killed server leaves behind ends by itself, and only then can another take its place.
        end() {
          [ -n "$pid" ] || return
          children=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null)
          kill -s "$1" "$pid" 2>/dev/null; wait "$pid" 2>/dev/null; pid=
          for child in $children; do
            tries=0; while [ -r "/proc/$child/cmdline" ] && [ -n "$(tr -d '\0' <"/proc/$child/cmdline" 2>/dev/null)" ] && [ $tries -lt 250 ]; do sleep 0.02; tries=$((tries + 1)); done
          done
        }
        while read -r word argument; do
          case $word in
            start) $as "$programs/postgres" -D "$folder/data" -c listen_addresses=127.0.0.1 -c port="$port" -c unix_socket_directories= -c max_connections=200 -c shared_buffers=32MB -c fsync=off $settings >>"$folder/log" 2>&1 </dev/null &
              pid=$!; echo done ;;
            end) end "$argument"; echo done ;;
          esac
        done
        end QUIT
        cd /; rm -rf "$folder"
        """;
}
