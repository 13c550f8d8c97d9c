using System.Diagnostics.CodeAnalysis;
using FheOrleans.Grains;
using FheOrleans.Hosting;
using Npgsql;

namespace FheOrleans.Silo.Storage.Postgres;

/// <summary>A PostgreSQL database, and the pool of connections to it.</summary>
/// <remarks>
/// A statement is a transaction of its own and durable when it returns. When the server is away, whoever asks waits and is served when it is
/// back, up to <see cref="Patience"/>; a connection that breaks in the middle of a statement leaves open whether it was stored, so what is
/// repeated must come out the same whether it was or not (<see cref="PostgresAttempt.MayHaveBeenStored"/>).
/// </remarks>
internal sealed class PostgresDatabase : IAsyncDisposable, IDisposable
{
    /// <summary>The schema of everything of ours, and what each connection finds its tables in.</summary>
    internal const string Schema = DatabaseConnection.Schema;

    /// <summary>The schema of what a cluster's silos keep through Marten, beside ours; a database of nodes alone has none.</summary>
    internal const string ClusterSchema = Schema + "_marten";

    /// <summary>How long a statement is tried again while the server is away: above a restart of the server, below a caller's timeout of 30 s.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(25);

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(50), LongestWait = TimeSpan.FromSeconds(1);

    private readonly TimeProvider _time;
    private readonly NpgsqlConnectionStringBuilder _settings;
    private volatile TaskCompletionSource _isOpen = new();

    /// <summary>Makes the pool. Nothing is connected yet.</summary>
    /// <param name="connectionString">As <see cref="DatabaseConnectionFile"/> reads it.</param>
    /// <param name="time">The clock that waiting goes by.</param>
    internal PostgresDatabase(string connectionString, TimeProvider time)
    {
        _time = time;
        _settings = Complete(connectionString);
        Name = _settings.Database!;
        Source = NpgsqlDataSource.Create(_settings);
        Open();
    }

    /// <summary>The database's name.</summary>
    internal string Name { get; }

    /// <summary>The pool, for whoever brings transactions of his own. Its connections find tables in <see cref="Schema"/>.</summary>
    internal NpgsqlDataSource Source { get; }

    /// <summary>Has everybody wait who reads or writes from now on.</summary>
    internal void Shut()
    {
        if (_isOpen.Task.IsCompleted) _isOpen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Lets them go on.</summary>
    internal void Open() => _isOpen.TrySetResult();

    /// <summary>A connection outside the pool, not opened yet, which is told when it breaks.</summary>
    /// <param name="name">What the server calls it.</param>
    internal NpgsqlConnection NewSession(string name) => new(
        new NpgsqlConnectionStringBuilder(_settings.ToString()) { Pooling = false, KeepAlive = 5, ApplicationName = name, MaxAutoPrepare = 0 }.ToString());

    /// <summary>Reads or writes with a connection of the pool; again where the fault is one that passes.</summary>
    /// <typeparam name="T">What comes of it.</typeparam>
    /// <param name="work">What to do; it is called once for every attempt.</param>
    /// <param name="cancellationToken">Gives up waiting; a write is then stored whole or not at all.</param>
    /// <returns>What <paramref name="work"/> returned.</returns>
    /// <exception cref="StorageException">The database did not do it, or was away for longer than <see cref="Patience"/>.</exception>
    internal async Task<T> RunAsync<T>(Func<PostgresAttempt, Task<T>> work, CancellationToken cancellationToken)
    {
        var (begun, wait, isInDoubt, broken) = (_time.GetTimestamp(), FirstWait, false, default(int?));
        while (true)
        {
            var attempt = new PostgresAttempt(isInDoubt, cancellationToken);
            try
            {
                await AdmitAsync(begun, cancellationToken);
                await using var connection = await Source.OpenConnectionAsync(cancellationToken);
                if (broken is { } former && !await EndAsync(connection, former, cancellationToken))
                    throw new IOException("The session of a connection that broke has not ended yet.");
                broken = null;
                attempt.Use(connection);
                return await work(attempt);
            }
            catch (Exception fault) when (PostgresFaults.IsOne(fault))
            {
                cancellationToken.ThrowIfCancellationRequested();
                var isConnected = attempt.Backend is not null;
                if (!PostgresFaults.Passes(fault, isConnected) || _time.GetElapsedTime(begun) + wait > Patience)
                    throw PostgresFaults.ToStorageException(fault, isConnected);
                if (isConnected && !PostgresFaults.IsRefusal(fault)) (isInDoubt, broken) = (true, attempt.Backend);
            }
            await Task.Delay(wait, _time, cancellationToken);
            wait = wait * 2 < LongestWait ? wait * 2 : LongestWait;
        }
    }

    /// <summary>A statement for a connection of <see cref="RunAsync"/>, prepared by itself when it comes often.</summary>
    [SuppressMessage("Security", "CA2100", Justification = "All texts are constants of this folder; values are parameters.")]
    internal static NpgsqlCommand Command(NpgsqlConnection connection, string text, params ReadOnlySpan<NpgsqlParameter> parameters)
    {
        var command = new NpgsqlCommand(text, connection);
        foreach (var parameter in parameters) command.Parameters.Add(parameter);
        return command;
    }

    /// <summary>A parameter, by place.</summary>
    internal static NpgsqlParameter<T> Value<T>(T value) => new() { TypedValue = value };

    /// <inheritdoc/>
    public void Dispose() => Source.Dispose();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Source.DisposeAsync();

    /// <summary>Sets what is not the operator's to choose, and what he has not chosen.</summary>
    private static NpgsqlConnectionStringBuilder Complete(string connectionString)
    {
        var settings = DatabaseConnection.Guarded(connectionString);
        // The server's own limit comes first: a statement that it ends has not been stored, one that we leave may have been.
        settings.CommandTimeout = 30;
        if (!IsChosen("Application Name")) settings.ApplicationName = "fheorleans";
        if (!IsChosen("Maximum Pool Size")) settings.MaxPoolSize = 20;
        if (!IsChosen("Timeout")) settings.Timeout = 5;
        if (!IsChosen("Max Auto Prepare")) settings.MaxAutoPrepare = 32;
        // A silo that hangs between two statements of a transaction holds its rows: no longer than until the others declare it dead, after 6 s.
        settings.Options =
            "-c statement_timeout=25000 -c lock_timeout=10000 -c idle_in_transaction_session_timeout=5000 -c plan_cache_mode=force_custom_plan "
            + "-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 " + settings.Options;
        return settings;

        bool IsChosen(string setting) => DatabaseConnection.Names(connectionString, setting);
    }

    private async Task AdmitAsync(long begun, CancellationToken cancellationToken)
    {
        if (_isOpen.Task is { IsCompleted: false } shut)
        {
            try
            {
                var left = Patience - _time.GetElapsedTime(begun);
                await shut.WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, _time, cancellationToken);
            }
            catch (TimeoutException)
            {
                throw new StorageException("this node has lost its claim to the database. Look at the server, and at its log.", isTransient: true);
            }
        }
    }

    /// <summary>
    /// Ends the session of a connection that broke: its last statement must not be carried out after what is written from here on. A process
    /// id that belongs to another session by now ends that one, which is tried again like this one.
    /// </summary>
    /// <returns>Whether it is gone; a session that waits for its disk may take longer than is waited here.</returns>
    private static async Task<bool> EndAsync(NpgsqlConnection connection, int backend, CancellationToken cancellationToken)
    {
        await using var command = Command(
            connection,
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid = $1 AND pid <> pg_backend_pid() AND usename = current_user AND "
            + "datname = current_database() AND application_name = current_setting('application_name')",
            Value(backend));
        return await command.ExecuteScalarAsync(cancellationToken) is not false;
    }
}

/// <summary>One attempt to read or write.</summary>
/// <param name="mayHaveBeenStored">Whether an attempt before this one broke off after it had a connection.</param>
/// <param name="cancellationToken">Gives up waiting.</param>
internal sealed class PostgresAttempt(bool mayHaveBeenStored, CancellationToken cancellationToken)
{
    private NpgsqlConnection? _connection;

    /// <summary>The connection, nobody else's meanwhile.</summary>
    internal NpgsqlConnection Connection => _connection ?? throw new InvalidOperationException("An attempt is used before it has a connection.");

    /// <summary>Whether an attempt before this one broke off when it may have been stored already.</summary>
    internal bool MayHaveBeenStored => mayHaveBeenStored;

    /// <summary>Gives up waiting.</summary>
    internal CancellationToken CancellationToken => cancellationToken;

    /// <summary>The server's process that serves it; null before there was one.</summary>
    internal int? Backend { get; private set; }

    internal void Use(NpgsqlConnection connection) => (_connection, Backend) = (connection, connection.ProcessID);
}
