using System.Globalization;
using System.Text;
using FheOrleans.Networks.Execution;

namespace FheOrleans.Networks.Compilation;

/// <summary>A network compiled for one layout and one set of parameters. Immutable; holds the weights, so it stays with the server.</summary>
public sealed class CompiledCircuit
{
    internal CompiledCircuit(CircuitPlan plan, Circuit program, CircuitReport report)
    {
        (Plan, Program, Report) = (plan, program, report);
        Constants = new CircuitConstants(plan.CreateParameters);
    }

    /// <summary>What data owners are told.</summary>
    public CircuitPlan Plan { get; }

    /// <summary>The instructions.</summary>
    public Circuit Program { get; }

    internal CircuitConstants Constants { get; }

    /// <summary>What it will cost, known before anything is encrypted.</summary>
    public CircuitReport Report { get; }

    /// <summary>The report as a table of text, and the times that a cost model predicts, to stand beside measured ones.</summary>
    /// <param name="costs">How long things take.</param>
    /// <param name="batches">Batches of the job, at least 1.</param>
    public string Describe(CostModel costs, int batches = 1)
    {
        ArgumentNullException.ThrowIfNull(costs);
        var cost = costs.Predict(this, batches);
        var text = new StringBuilder(Report.ToString());
        void Row(string name, double seconds, string where = "") =>
            text.Append(CultureInfo.InvariantCulture, $"{name,-24}{1e3 * seconds:0.0} ms{where}\n");
        text.Append(CultureInfo.InvariantCulture, $"{"batches",-24}{batches:N0}\n");
        Row("predicted encryption", cost.EncryptSeconds);
        Row("predicted transfer", cost.TransferSeconds, string.Create(CultureInfo.InvariantCulture, $" at {8e-6 * costs.BytesPerSecond:0.#} Mbit/s"));
        Row("predicted evaluation", cost.EvaluateSeconds, $" on {costs.EvaluationThreads} thread{(costs.EvaluationThreads == 1 ? "" : "s")}");
        Row("predicted decryption", cost.DecryptSeconds);
        return text.ToString();
    }
}
