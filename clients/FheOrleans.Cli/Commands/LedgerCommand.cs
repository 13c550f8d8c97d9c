using System.CommandLine;
using System.Globalization;
using FheOrleans.Client.Receipts;

namespace FheOrleans.Cli;

/// <summary><c>farm ledger</c>: what the node says was stored, computed and deleted for this farm.</summary>
internal static class LedgerCommand
{
    public static Command Create(FarmConsole console)
    {
        var last = new Option<int>("--last")
        {
            Description = "Show so many of the newest entries; 0 for all. The whole ledger is checked in any case.",
            DefaultValueFactory = _ => 20,
            HelpName = "number",
        };
        var (home, passphrase) = (SharedOptions.Home(), SharedOptions.PassphraseFile());
        var command = new Command(
            "ledger", "Show the ledger that the node keeps of this farm, after checking its chain of hashes.\n\nExamples:\n  farm ledger\n  farm ledger --last 0 --json")
        {
            last, home, passphrase,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            if (parsed.GetValue(last) < 0) throw new UsageException("--last takes 0 or more.");
            await using var session = FarmSession.Open(parsed.GetValue(home), parsed.GetValue(passphrase));
            var entries = await FarmLedger.ReadAsync(session.Node, session.Home, cancellation);
            var shown = parsed.GetValue(last) == 0 ? entries : [.. entries.TakeLast(parsed.GetValue(last))];
            var table = new TextTable("entry", "time (UTC)", "what", "of", "content");
            foreach (var entry in shown)
            {
                table.Add(
                    entry.Number.ToString(CultureInfo.InvariantCulture), entry.Time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture),
                    entry.Kind, entry.Subject, entry.ContentSha256?[..16] ?? "");
            }
            if (entries.Count == 0) console.Line("The ledger is empty: nothing was stored yet.");
            else table.Write(console);
            if (shown.Count < entries.Count) console.Line($"{entries.Count - shown.Count} older entries are not shown; --last 0 shows all. The chain of all {entries.Count} holds.");
            console.WriteJson(new { entries = shown, total = entries.Count });
            return Faults.Success;
        });
        return command;
    }
}
