namespace FheOrleans.Tests;

/// <summary>Finds the folder <c>shared/</c> beside the project: SEAL's own bytes, real herd records, reference weights.</summary>
internal static class SharedData
{
    private static readonly string? Root = Find();

    /// <summary>Whether the folder is there.</summary>
    public static bool IsPresent => Root is not null;

    /// <summary>The full path of a file or folder in it, by its parts.</summary>
    public static string PathOf(params string[] parts) => Path.Combine(
        [Root ?? throw new DirectoryNotFoundException("The folder 'shared' was not found beside the project's root."), .. parts]);

    private static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "FheOrleans.sln"))) continue;
            var shared = Path.Combine(folder.Parent?.FullName ?? "/", "shared");
            return Directory.Exists(Path.Combine(shared, "seal-vectors")) ? shared : null;
        }
        return null;
    }
}

/// <summary>A fact that reads <c>../shared</c>: skipped with the reason where the folder is absent, but never in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute() => Skip = SkipReason.ForSharedData;
}

/// <summary>A theory that reads <c>../shared</c>: skipped with the reason where the folder is absent, but never in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute() => Skip = SkipReason.ForSharedData;
}

/// <summary>Why a test that needs something absent may be skipped. With <c>CI=true</c> the answer is always null: there the test runs, and fails.</summary>
internal static class SkipReason
{
    public static string? ForSharedData => Unless(SharedData.IsPresent, "The folder ../shared is not beside the project.");

    public static string? Unless(bool present, string reason) => present || IsContinuousIntegration ? null : reason;

    private static bool IsContinuousIntegration => Environment.GetEnvironmentVariable("CI") is "true" or "1";
}
