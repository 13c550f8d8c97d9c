using System.ComponentModel;
using System.Diagnostics;
using System.Text.Json;

namespace FheOrleans.Bench;

/// <summary>node-seal (Microsoft SEAL in WebAssembly) in a child process that runs a round for every line it gets, and waits in between.</summary>
internal sealed class NodeSeal : IDisposable
{
    private readonly Process _process;

    private NodeSeal(Process process) => _process = process;

    /// <summary>Starts it at a setting, with keys made.</summary>
    /// <param name="setting">The setting.</param>
    /// <param name="skipped">Why it could not be started; null if it was.</param>
    public static NodeSeal? TryStart(Setting setting, out string? skipped)
    {
        skipped = null;
        if (FindRoot() is not { } root)
        {
            skipped = "FheOrleans.sln was not found above the program's folder.";
            return null;
        }
        if (!Directory.Exists(Path.Combine(root, "clients", "seal-client", "node_modules", "node-seal")))
        {
            skipped = "node-seal is not installed: run 'npm ci' in clients/seal-client.";
            return null;
        }
        var script = Path.Combine(root, "bench", "FheOrleans.Bench", "node-seal.mjs");
        string[] arguments = [script, $"{setting.Degree}", string.Join(',', setting.ModulusBits), $"{setting.ScaleBits}"];
        try
        {
            var start = new ProcessStartInfo("node", arguments) { RedirectStandardInput = true, RedirectStandardOutput = true };
            var nodeSeal = new NodeSeal(Process.Start(start)!);
            if (nodeSeal._process.StandardOutput.ReadLine() == "ready") return nodeSeal;
            nodeSeal.Dispose();
            skipped = "node-seal.mjs did not get ready; what Node.js said is on standard error.";
        }
        catch (Win32Exception)
        {
            skipped = "Node.js is not installed: there is no 'node' to start.";
        }
        return null;
    }

    /// <summary>The same as <see cref="Operations.Round"/>.</summary>
    public Dictionary<string, double> Round()
    {
        _process.StandardInput.WriteLine("round");
        _process.StandardInput.Flush();
        var line = _process.StandardOutput.ReadLine()
            ?? throw new InvalidOperationException("node-seal.mjs ended in the middle of a run; what Node.js said is on standard error.");
        return JsonSerializer.Deserialize<Dictionary<string, double>>(line)!;
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static string? FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "FheOrleans.sln"))) return folder.FullName;
        return null;
    }
}
