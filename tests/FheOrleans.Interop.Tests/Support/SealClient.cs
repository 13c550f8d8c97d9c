using System.Diagnostics;
using FheOrleans.Node.Tests.Support;
using FheOrleans.Tests;

namespace FheOrleans.Interop.Tests.Support;

/// <summary>The folder of the JavaScript client, and Node.js to run it with.</summary>
internal static class SealClient
{
    public static string Folder { get; } = Repository.PathOf("clients", "seal-client");

    /// <summary>Why tests with it are skipped; null when they run, as they must in CI.</summary>
    public static string? WhySkipped { get; } = SkipReason.Unless(
        Directory.Exists(Path.Combine(Folder, "node_modules", "node-seal")) && HasNode(),
        "SEAL in JavaScript is not installed: install Node.js 18 or newer and run 'npm ci' in clients/seal-client.");

    /// <summary>Starts Node.js in the client's folder.</summary>
    public static Process Start(string[] arguments, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("node", arguments)
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException("Node.js could not be started.");
    }

    private static bool HasNode() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, OperatingSystem.IsWindows() ? "node.exe" : "node")));
}

/// <summary>A fact that runs SEAL in Node.js: skipped with the reason where that is not installed, but never in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SealFactAttribute : FactAttribute
{
    public SealFactAttribute() => Skip = SealClient.WhySkipped;
}

/// <summary>A theory that runs SEAL in Node.js: skipped with the reason where that is not installed, but never in CI.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class SealTheoryAttribute : TheoryAttribute
{
    public SealTheoryAttribute() => Skip = SealClient.WhySkipped;
}
