using System.Diagnostics;
using FheOrleans.Ckks.Tests.Support;

namespace FheOrleans.Ckks.Tests.KnownAnswer;

/// <summary>The tests of the kernels again in processes that lack an instruction set, so that every version runs on every machine that can.</summary>
public sealed class InstructionSetTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Theory]
    [InlineData("DOTNET_EnableAVX512", 256)]
    [InlineData("DOTNET_EnableAVX2", 0)]
    [InlineData("DOTNET_EnableHWIntrinsic", 0)]
    public async Task Kernels_InstructionSetSwitchedOff_SameAnswers(string setting, int widest)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(KernelRun).Assembly.Location])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { [setting] = "0", [$"{setting}F"] = "0" }, // AVX-512's setting has an F in some runtimes
        };
        using var process = Process.Start(start)!;
        using var deadline = new CancellationTokenSource(Patience);
        var errors = process.StandardError.ReadToEndAsync(deadline.Token);
        try
        {
            var printed = await process.StandardOutput.ReadToEndAsync(deadline.Token);
            await process.WaitForExitAsync(deadline.Token);
            Assert.True(process.ExitCode == 0, await errors);
            Assert.Contains($"lanes {Math.Min(widest, KernelRun.WidestLanes)}", printed, StringComparison.Ordinal);
            Assert.Contains($"digest {EvaluatorDigest.Compute()}", printed, StringComparison.Ordinal);
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
