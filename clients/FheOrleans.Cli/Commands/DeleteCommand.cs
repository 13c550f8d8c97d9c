using System.CommandLine;
using FheOrleans.Client.Forecasts;

namespace FheOrleans.Cli;

/// <summary><c>farm delete</c>: takes things off the node for good.</summary>
internal static class DeleteCommand
{
    private const string KeySet = "key-set", Dataset = "dataset", Inference = "inference", Everything = "everything";

    public static Command Create(FarmConsole console)
    {
        var what = new Argument<string>("what") { Description = $"{KeySet}, {Dataset}, {Inference}, or {Everything}: the farm itself with all it has there." };
        what.AcceptOnlyFromAmong(KeySet, Dataset, Inference, Everything);
        var id = new Argument<string>("id") { Description = $"Its id; for {Everything} the farm's own name, which confirms it." };
        var (home, passphrase) = (SharedOptions.Home(), SharedOptions.PassphraseFile());
        var command = new Command(
            "delete",
            "Delete something from the node: its bytes are gone when the command ends, what was running on it is cancelled, and the ledger says so. Forecasts, receipts and secret keys in "
            + "the farm's folder stay.\n\nExamples:\n  farm delete inference i-4f2a\n  farm delete dataset herd-0a1b2c3d4e5f\n  farm delete everything hill-farm")
        {
            what, id, home, passphrase,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            await using var session = FarmSession.Open(parsed.GetValue(home), parsed.GetValue(passphrase));
            var (kind, name) = (parsed.GetValue(what)!, parsed.GetValue(id)!);
            await DeleteAsync(session, kind, name, cancellation);
            console.Line(kind == Everything
                ? $"Everything of farm '{name}' is deleted from the node, and its token opens nothing any more. Its ledger stays there; its administrator can read it."
                : $"The {kind.Replace('-', ' ')} '{name}' is not on the node any more. Where it was there, 'farm ledger' shows its end.");
            console.WriteJson(new { deleted = kind, id = name });
            return Faults.Success;
        });
        return command;
    }

    private static async Task DeleteAsync(FarmSession session, string kind, string name, CancellationToken cancellation)
    {
        switch (kind)
        {
            case KeySet:
                await session.Node.DeleteKeySetAsync(name, cancellation);
                session.Home.ForgetSentKeys(name);
                break;
            case Dataset:
                await session.Node.DeleteDatasetAsync(name, cancellation);
                session.Home.ForgetUpload(name);
                break;
            case Inference:
                await session.Node.DeleteInferenceAsync(name, cancellation);
                break;
            default:
                var own = session.Home.ReadProfile().Owner;
                if (name != own) throw new UsageException($"To delete everything, confirm it with this farm's own name, '{own}': farm delete {Everything} {own}");
                await session.Node.DeleteMeAsync(own, cancellation);
                break;
        }
    }
}
