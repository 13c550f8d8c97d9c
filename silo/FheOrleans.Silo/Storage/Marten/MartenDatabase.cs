using System.Net.Sockets;
using System.Runtime.ExceptionServices;
using FheOrleans.Grains;
using FheOrleans.Silo.Storage.Postgres;
using JasperFx;
using JasperFx.Events;
using JasperFx.MultiTenancy;
using Marten;
using Marten.Exceptions;
using Npgsql;
using Orleans.Storage;
using SessionOptions = Marten.Services.SessionOptions;

namespace FheOrleans.Silo.Storage.Marten;

/// <summary>How a write came out.</summary>
internal enum WriteOutcome
{
    /// <summary>It is durable.</summary>
    Stored,

    /// <summary>Somebody else was first, and nothing of it is stored.</summary>
    Refused,

    /// <summary>It was refused after an attempt that broke off and may have been stored: whoever was first may have been this writer.</summary>
    RefusedInDoubt,
}

/// <summary>Marten over the storage's own connections: what it keeps, under which tenants, in which schema, and what becomes of its faults.</summary>
/// <remarks>
/// Sessions are opened on a connection of <see cref="PostgresDatabase.RunAsync"/>, so that waiting for a server that is away, and settling what
/// a broken connection left behind, are the same for Marten's statements as for ours. Marten's own retries are off: they would be a second loop
/// inside the first. Its exceptions stay in here: no codec between silos knows them, and their texts quote statements.
/// </remarks>
internal sealed class MartenDatabase : IDisposable
{
    /// <summary>Marten's schema, beside the storage's own: every table in it is Marten's.</summary>
    internal const string Schema = PostgresDatabase.ClusterSchema;

    private readonly PostgresDatabase _database;

    /// <summary>Makes the store. Nothing is asked of the database yet, and no table is ever made by using it.</summary>
    /// <param name="database">The database; it outlives this.</param>
    internal MartenDatabase(PostgresDatabase database)
    {
        _database = database;
        Store = DocumentStore.For(Configure);
    }

    /// <summary>The store, for what is about tables and not about tenants.</summary>
    internal DocumentStore Store { get; }

    /// <summary>Reads in a tenant.</summary>
    /// <exception cref="StorageException">The database did not answer.</exception>
    internal Task<T> ReadAsync<T>(string tenant, Func<IQuerySession, PostgresAttempt, Task<T>> read, CancellationToken cancellationToken) =>
        _database.RunAsync(
            async attempt =>
            {
                var options = SessionOptions.ForConnection(attempt.Connection);
                options.TenantId = tenant;
                await using var session = Store.QuerySession(options);
                return await UnwrapAsync(() => read(session, attempt));
            },
            cancellationToken);

    /// <summary>Writes in a tenant, in one transaction.</summary>
    /// <param name="tenant">The tenant.</param>
    /// <param name="write">What to write; it is called once for every attempt and saves nothing itself.</param>
    /// <param name="cancellationToken">Gives up waiting; all is then stored or nothing.</param>
    /// <returns>How it came out.</returns>
    /// <exception cref="StorageException">The database did not do it.</exception>
    internal Task<WriteOutcome> WriteAsync(string tenant, Action<IDocumentSession> write, CancellationToken cancellationToken) =>
        _database.RunAsync(
            async attempt =>
            {
                await using var transaction = await attempt.Connection.BeginTransactionAsync(attempt.CancellationToken);
                var options = SessionOptions.ForTransaction(transaction);
                options.TenantId = tenant;
                await using var session = Store.LightweightSession(options);
                write(session);
                try
                {
                    return await UnwrapAsync(async () =>
                    {
                        await session.SaveChangesAsync(attempt.CancellationToken);
                        await transaction.CommitAsync(attempt.CancellationToken);
                        return WriteOutcome.Stored;
                    });
                }
                catch (Exception fault) when (IsConflict(fault))
                {
                    return attempt.MayHaveBeenStored ? WriteOutcome.RefusedInDoubt : WriteOutcome.Refused;
                }
            },
            cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => Store.Dispose();

    private void Configure(StoreOptions options)
    {
        options.Connection(_database.Source);
        options.DatabaseSchemaName = Schema;
        options.AutoCreateSchemaObjects = AutoCreate.None;
        // It would log statements with their parameters.
        options.DisableNpgsqlLogging = true;
        options.ConfigurePolly(_ => { });
        options.ConfigureWritePolly(_ => { });
        options.Policies.AllDocumentsAreMultiTenanted();
        // A session that names no tenant would read and write one called *DEFAULT*; it is refused.
        options.Advanced.DefaultTenantUsageEnabled = false;
        options.Schema.For<GrainDocument>().DocumentAlias("grain").Identity(document => document.Id);

        options.Events.TenancyStyle = TenancyStyle.Conjoined;
        options.Events.StreamIdentity = StreamIdentity.AsString;
        options.Events.AppendMode = EventAppendMode.Quick;
        options.Events.EnableUniqueIndexOnEventId = true;
        options.Events.EnableBigIntEvents = true;
        options.Events.MapEventType<LedgerEntered>("ledger-entered");
        options.Events.UseBinarySerializer<LedgerEntered>(new LedgerEntered.Serializer());
    }

    /// <summary>
    /// Throws the driver's fault, which the database's loop knows, in place of what Marten wrapped around it; and of what is no fault of the
    /// driver's only the kind.
    /// </summary>
    internal static async Task<T> UnwrapAsync<T>(Func<Task<T>> use)
    {
        try
        {
            return await use();
        }
        catch (Exception fault) when (!IsConflict(fault) && !IsKnownOutside(fault))
        {
            for (var cause = fault.InnerException; cause is not null; cause = cause.InnerException)
                if (cause is NpgsqlException) ExceptionDispatchInfo.Throw(cause);
            throw new StorageException(
                $"Marten failed ({fault.GetType().Name}). After an upgrade, run --prepare; otherwise look at its tables.", isTransient: false);
        }
    }

    private static bool IsKnownOutside(Exception fault) =>
        fault is NpgsqlException or IOException or SocketException or OperationCanceledException or InconsistentStateException or FheOrleansException;

    private static bool IsConflict(Exception fault) => fault switch
    {
        ConcurrencyException or DocumentAlreadyExistsException or ExistingStreamIdCollisionException => true,
        PostgresException { SqlState: PostgresErrorCodes.UniqueViolation } => true,
        AggregateException several => several.InnerExceptions.All(IsConflict),
        MartenException { InnerException: { } cause } => IsConflict(cause),
        _ => false,
    };
}
