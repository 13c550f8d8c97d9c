using FheOrleans.Grains.Tests;

namespace FheOrleans.Storage;

/// <summary>The storages of this build.</summary>
internal static class Places
{
    public static (string Name, Func<StoragePlace> Open)[] All { get; } =
        [("sqlite", SqlitePlace.Open), ("npgsql", () => PostgresPlace.Open()), ("marten", MartenPlace.Open)];
}
