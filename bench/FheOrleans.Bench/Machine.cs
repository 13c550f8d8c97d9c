using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace FheOrleans.Bench;

/// <summary>What a reader of times has to know about where they were taken.</summary>
internal static class Machine
{
    /// <summary>The processor's name and, as names say little on virtual machines, its family and model.</summary>
    public static string Cpu { get; } = ReadCpu();

    /// <summary>The widest vectors the runtime uses here; 0 if it has none.</summary>
    public static int VectorBits { get; } =
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;

    public static string Runtime => $"{RuntimeInformation.FrameworkDescription} {RuntimeInformation.RuntimeIdentifier}";

    private static string ReadCpu()
    {
        const string LinuxFacts = "/proc/cpuinfo";
        if (!File.Exists(LinuxFacts)) return Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER") ?? $"{RuntimeInformation.ProcessArchitecture}";
        var facts = File.ReadLines(LinuxFacts).TakeWhile(line => line.Length > 0).Select(line => line.Split(':', 2, StringSplitOptions.TrimEntries))
            .Where(parts => parts.Length == 2).ToLookup(parts => parts[0], parts => parts[1]);
        var name = facts["model name"].FirstOrDefault($"{RuntimeInformation.ProcessArchitecture}");
        return facts.Contains("cpu family") ? $"{name} (family {facts["cpu family"].First()}, model {facts["model"].First()})" : name;
    }
}
