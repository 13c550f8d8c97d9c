using System.Collections.Immutable;

namespace FheOrleans.Networks.Compilation;

/// <summary>A straight program over registers: no branches, every level and scale known beforehand.</summary>
public sealed class Circuit
{
    internal Circuit(ImmutableArray<Instruction> instructions, int registerCount, int output, int peakLimbs)
    {
        Instructions = instructions;
        RegisterCount = registerCount;
        Output = output;
        PeakLimbs = peakLimbs;
        Transforms = instructions.Sum(TransformsOf);
    }

    /// <summary>The steps, in order. Each input is loaded where it is first needed.</summary>
    public ImmutableArray<Instruction> Instructions { get; }

    /// <summary>Registers are numbered below this.</summary>
    public int RegisterCount { get; }

    /// <summary>The register that holds the result at the end.</summary>
    public int Output { get; }

    /// <summary>What a live circuit keeps for its next runs and recalls of earlier ones; nothing for other circuits.</summary>
    public LiveMemory Memory { get; internal init; } = LiveMemory.None;

    /// <summary>The most polynomials modulo one prime that are held at one time: what a batch needs in memory, in units of 8 N bytes.</summary>
    public int PeakLimbs { get; }

    /// <summary>
    /// Transforms of one polynomial modulo one prime that running it takes: with l limbs a key switch has (l+1)(l+2), a rescaling l for
    /// each polynomial.
    /// </summary>
    internal long Transforms { get; }

    private static long TransformsOf(Instruction instruction) => instruction.Operation switch
    {
        Operation.Relinearize or Operation.Rotate => (instruction.Level + 2L) * (instruction.Level + 3),
        Operation.Rescale => (instruction.Level + 2L) * instruction.Size,
        _ => 0,
    };
}
