using System.Collections.Immutable;

namespace FheOrleans.Networks.Compilation;

/// <summary>A straight program over registers: no branches, every level and scale known beforehand.</summary>
public sealed class Circuit
{
    private readonly Lazy<InstructionGraph> _graph;

    internal Circuit(ImmutableArray<Instruction> instructions, ImmutableArray<int> reads, ImmutableArray<int> outputs, int peakLimbs)
    {
        Instructions = instructions;
        Reads = reads;
        _graph = new(() => InstructionGraph.Of(Instructions, RegisterCount));
        Outputs = outputs;
        PeakLimbs = peakLimbs;
        Work = CircuitWork.Of(instructions);
    }

    /// <summary>The steps, in order. Each input is loaded where it is first needed.</summary>
    public ImmutableArray<Instruction> Instructions { get; }

    /// <summary>Registers are numbered below this.</summary>
    public int RegisterCount => Reads.Length;

    /// <summary>How many instructions read each register, and one more for each time that it is a result or kept.</summary>
    public ImmutableArray<int> Reads { get; }

    /// <summary>The registers that hold the results at the end: one, or one for each phase.</summary>
    public ImmutableArray<int> Outputs { get; }

    /// <summary>What a live circuit keeps for its next runs and recalls of earlier ones; nothing for other circuits.</summary>
    public LiveMemory Memory { get; internal init; } = LiveMemory.None;

    /// <summary>The most polynomials modulo one prime that are held at one time: what a batch needs in memory, in units of 8 N bytes.</summary>
    public int PeakLimbs { get; }

    internal InstructionGraph Graph => _graph.Value;

    /// <summary>What running it takes.</summary>
    public CircuitWork Work { get; }
}
