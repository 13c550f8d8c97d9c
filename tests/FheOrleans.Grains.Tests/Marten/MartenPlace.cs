using FheOrleans.Silo.Storage.Marten;
using FheOrleans.Silo.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Orleans.Storage;

namespace FheOrleans.Grains.Tests;

/// <summary>A PostgreSQL database of a test's own as a cluster's silos use it: state and ledgers through Marten, the rest without.</summary>
internal sealed class MartenPlace : DurablePlace
{
    private static readonly Lazy<Task<string>> Template = new(MakeTemplateAsync);

    private bool _isHandedOn;

    private MartenPlace(PostgresPlace postgres)
    {
        Postgres = postgres;
        Marten = new MartenDatabase(postgres.Database);
        State = new MartenGrainStorage(Marten);
        Ledgers = new MartenLedgerStore(Marten);
        Erasure = new MartenErasure(Marten, new PostgresErasure(postgres.Database, NullLogger<PostgresErasure>.Instance));
    }

    /// <summary>The same database without Marten, as a node alone uses it.</summary>
    internal PostgresPlace Postgres { get; }

    internal MartenDatabase Marten { get; }

    internal MartenSchema Schema => new(Postgres.Database, Marten);

    internal MartenAdoption Adoption => new(Postgres.Database, Marten);

    internal override IGrainStorage State { get; }

    internal override IPayloadStore Payloads => Postgres.Payloads;

    internal override ILedgerStore Ledgers { get; }

    internal override IErasure Erasure { get; }

    internal override IUsageMeter Meter => Postgres.Meter;

    /// <summary>A database in the server that all tests share.</summary>
    internal static MartenPlace Open() => new(PostgresPlace.Open(Template));

    /// <summary>A database with the storage's own tables and none of Marten's.</summary>
    internal static MartenPlace OpenUnprepared() => new(PostgresPlace.Open());

    /// <summary>A database in a server of its own.</summary>
    internal static MartenPlace OpenServer()
    {
        var place = new MartenPlace(PostgresPlace.OpenServer());
        Task.Run(() => place.Schema.ApplyAsync(CancellationToken.None)).GetAwaiter().GetResult();
        return place;
    }

    internal override DurablePlace Reopen()
    {
        Leave();
        return new MartenPlace((PostgresPlace)Postgres.Reopen());
    }

    internal override DurablePlace Crash()
    {
        Leave();
        return new MartenPlace((PostgresPlace)Postgres.Crash());
    }

    internal override bool Contains(byte[] bytes) => Postgres.Contains(bytes);

    public override void Dispose()
    {
        if (_isHandedOn) return;
        Marten.Dispose();
        Postgres.Dispose();
    }

    private void Leave()
    {
        _isHandedOn = true;
        Marten.Dispose();
    }

    private static async Task<string> MakeTemplateAsync()
    {
        using var place = await Task.Run(OpenUnprepared);
        await place.Schema.ApplyAsync(CancellationToken.None);
        return new NpgsqlConnectionStringBuilder(place.Postgres.ConnectionString).Database!;
    }
}

[OnPostgreSql]
public sealed class MartenGrainStorageTests : GrainStorageContract
{
    private protected override StoragePlace Open() => MartenPlace.Open();
}

[OnPostgreSql]
public sealed class MartenLedgerStoreTests : LedgerStoreContract
{
    private protected override StoragePlace Open() => MartenPlace.Open();
}

[OnPostgreSql]
public sealed class MartenErasureTests : ErasureContract
{
    private protected override StoragePlace Open() => MartenPlace.Open();
}

[OnPostgreSql]
public sealed class MartenUsageMeterTests : UsageMeterContract
{
    private protected override StoragePlace Open() => MartenPlace.Open();
}

[OnPostgreSql]
public sealed class MartenSequenceTests : StorageSequenceContract
{
    private protected override StoragePlace Open() => MartenPlace.Open();
}

[OnPostgreSql]
public sealed class MartenDurabilityTests : DurableStorageContract
{
    private protected override DurablePlace Open() => MartenPlace.OpenServer();
}
