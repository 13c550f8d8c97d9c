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
}
