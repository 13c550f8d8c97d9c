using System.Collections.Immutable;

namespace FheOrleans.Networks.Compilation.Passes;

/// <summary>Last: counts how often each register is read, so that ciphertexts are let go as soon as they can be.</summary>
internal static class Liveness
{
    public static Circuit Mark(List<Instruction> instructions, int registerCount, ImmutableArray<int> outputs, LiveMemory memory)
    {
        var reads = new int[registerCount];
        foreach (var output in outputs) reads[output]++;
        foreach (var kept in memory.Kept) reads[kept.Register]++;
        foreach (var instruction in instructions)
        {
            foreach (var register in instruction.Reads()) reads[register]++;
        }
        return new Circuit([.. instructions], [.. reads], outputs, PeakLimbs(instructions, reads)) { Memory = memory };
    }

    private static int PeakLimbs(List<Instruction> instructions, int[] reads)
    {
        var (limbs, left) = (new int[reads.Length], (int[])reads.Clone());
        var (held, peak) = (0, 0);
        void Hold(int register, int count)
        {
            held += count - limbs[register];
            limbs[register] = count;
        }

        foreach (var instruction in instructions)
        {
            Hold(instruction.Target, instruction.Size * (instruction.Level + 1));
            peak = Math.Max(peak, held);
            foreach (var register in instruction.Reads())
            {
                if (--left[register] == 0) Hold(register, 0);
            }
        }
        return peak;
    }
}
