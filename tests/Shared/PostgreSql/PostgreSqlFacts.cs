namespace FheOrleans.Tests;

/// <summary>A fact that starts PostgreSQL: skipped with the reason where it is not installed, but never in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PostgreSqlFactAttribute : FactAttribute
{
    public PostgreSqlFactAttribute() => Skip = PostgreSqlSkip.Reason;
}

/// <summary>A theory that starts PostgreSQL: skipped with the reason where it is not installed, but never in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PostgreSqlTheoryAttribute : TheoryAttribute
{
    public PostgreSqlTheoryAttribute() => Skip = PostgreSqlSkip.Reason;
}

internal static class PostgreSqlSkip
{
    public static string? Reason { get; } = SkipReason.Unless(PostgreSqlServer.IsPresent, "PostgreSQL is not installed; on Debian it is the package 'postgresql'.");
}
