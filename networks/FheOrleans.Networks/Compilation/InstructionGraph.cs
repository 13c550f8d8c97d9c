namespace FheOrleans.Networks.Compilation;

/// <summary>
/// What each instruction of a program waits for: it reads what others wrote last, or it changes a register that others read or wrote. Any
/// order that keeps this gives the same result, to the bit.
/// </summary>
internal sealed class InstructionGraph
{
    private InstructionGraph(int[][] reads, int[][] dependents, int[] waiting) => (Reads, Dependents, Waiting) = (reads, dependents, waiting);

    /// <summary>For each instruction the registers it reads, each once, but for the target that it changes in place.</summary>
    public int[][] Reads { get; }

    /// <summary>For each instruction the later ones that wait for it.</summary>
    public int[][] Dependents { get; }

    /// <summary>For each instruction how many earlier ones it waits for.</summary>
    public int[] Waiting { get; }

    public static InstructionGraph Of(IReadOnlyList<Instruction> instructions, int registerCount)
    {
        var count = instructions.Count;
        var (reads, waiting) = (new int[count][], new int[count]);
        var dependents = new HashSet<int>?[count];
        var writers = new int[registerCount];
        Array.Fill(writers, -1);
        var readers = new List<int>?[registerCount];
        void Wait(int instruction, int earlier)
        {
            if (earlier >= 0 && (dependents[earlier] ??= []).Add(instruction)) waiting[instruction]++;
        }

        for (var i = 0; i < count; i++)
        {
            reads[i] = instructions[i].Reads();
            foreach (var register in reads[i])
            {
                Wait(i, writers[register]);
                (readers[register] ??= []).Add(i);
            }
            var target = instructions[i].Target;
            Wait(i, writers[target]);
            foreach (var reader in readers[target] ?? []) Wait(i, reader);
            readers[target]?.Clear();
            writers[target] = i;
        }
        return new InstructionGraph(reads, [.. dependents.Select(later => later is null ? [] : later.Order().ToArray())], waiting);
    }
}
