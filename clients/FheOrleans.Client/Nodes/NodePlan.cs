using FheOrleans.Gateway.Contracts;

namespace FheOrleans.Client.Nodes;

/// <summary>What a node answers to who asks for a model's plan.</summary>
/// <param name="Plan">The circuit plan's JSON, for <c>CircuitPlan.FromJson</c>.</param>
/// <param name="Report">The compiler's report as text.</param>
public sealed record NodePlan(byte[] Plan, string Report)
{
    /// <summary>The circuit's form, asked for or chosen.</summary>
    public required string Form { get; init; }

    /// <summary>The forms that serve the job, by ascending predicted time, the chosen one first; empty where a form was asked for.</summary>
    public required IReadOnlyList<PlanCandidate> Candidates { get; init; }
}
