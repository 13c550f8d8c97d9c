using System.CommandLine;
using FheOrleans.Client.Receipts;

namespace FheOrleans.Cli;

/// <summary><c>farm verify</c>: holds everything the node has signed against what this farm knows.</summary>
internal static class VerifyCommand
{
    public static Command Create(FarmConsole console)
    {
        var offline = new Option<bool>("--offline") { Description = "Check the receipts in the farm's folder, and ask the node for nothing. Needs no passphrase." };
        var accept = new Option<bool>("--accept-key") { Description = "Take the node's present key for the one to expect. Ask its operator first why it changed." };
        var (home, passphrase) = (SharedOptions.Home(), SharedOptions.PassphraseFile());
        var command = new Command(
            "verify",
            "Check every receipt and the ledger again: signatures, hashes of what was sent and received, the chain, and that the ledger still begins with what it was the last time. "
            + "Exits with 1 when something does not agree.\n\nExamples:\n  farm verify\n  farm verify --offline\n  farm verify --json")
        {
            offline, accept, home, passphrase,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(offline))
            {
                if (parsed.GetValue(accept)) throw new UsageException("--accept-key asks the node; leave --offline out.");
                using var folder = SharedOptions.OpenHome(parsed.GetValue(home), passphraseFile: null);
                return Show(console, await FarmVerification.RunAsync(folder, node: null, cancellation));
            }
            await using var session = FarmSession.Open(parsed.GetValue(home), parsed.GetValue(passphrase));
            if (parsed.GetValue(accept)) await FarmVerification.AcceptKeyAsync(session.Home, session.Node, cancellation);
            return Show(console, await FarmVerification.RunAsync(session.Home, session.Node, cancellation));
        });
        return command;
    }

    private static int Show(FarmConsole console, VerificationReport report)
    {
        console.Line($"Receipts: {report.Receipts} hold, {report.LiveReceipts} of them of live forecasts.");
        console.Line(report.LedgerEntries is { } count
            ? $"Ledger: {count} entries in one chain; "
                + $"{report.Entered} of this farm's key sets, datasets, points and inferences are in it with the right hashes."
            : "Ledger: not read.");
        foreach (var unknown in report.Unknown) console.Line($"Could not be checked: {unknown}");
        foreach (var fault in report.Faults) console.Line($"DOES NOT AGREE: {fault}");
        console.Line(report.Faults.Count == 0 ? "Everything that could be checked agrees." : $"{report.Faults.Count} faults. Keep this folder as it is: it is the evidence.");
        console.WriteJson(report);
        return report.Faults.Count == 0 ? Faults.Success : Faults.Failure;
    }
}
