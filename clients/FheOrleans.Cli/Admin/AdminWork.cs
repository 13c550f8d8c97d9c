using System.CommandLine;

namespace FheOrleans.Cli;

/// <summary><c>farm admin work</c>: the queue of a node or of a whole cluster, and what there is to work it off.</summary>
internal static class AdminWork
{
    public static Command Create(FarmConsole console) => AdminCommand.Run(
        new("work",
            "What a node, or a whole cluster, has to do and with what: the same at every gateway. For its operator.\n\nExamples:\n"
            + "  farm admin work --node https://... --certificate sha256:... --token-file node/operator.token\n"
            + "  farm admin work --json --node https://... --certificate sha256:... --token-file node/operator.token"), ofATenant: false, async (session, _, cancellation) =>
        {
            var work = await session.Node.GetWorkAsync(cancellation);
            var table = new TextTable("work", "number");
            table.Add("queue: parts and points without a result", AdminCommand.Text(work.QueueDepth));
            table.Add("inferences that have not ended", AdminCommand.Text(work.UnfinishedInferences));
            table.Add("live forecasts with points to take in", AdminCommand.Text(work.SubscriptionsBehind));
            table.Add("parts and points being evaluated", AdminCommand.Text(work.Evaluating));
            table.Add("waiting for a thread of their silo", AdminCommand.Text(work.Waiting));
            table.Add("evaluation threads", AdminCommand.Text(work.EvaluationThreads));
            table.Add("silos", AdminCommand.Text(work.Silos));
            table.Add("gateways", AdminCommand.Text(work.Gateways));
            table.Write(console);
            console.WriteJson(work);
        });
}
