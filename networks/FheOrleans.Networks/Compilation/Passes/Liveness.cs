using System.Collections.Immutable;

namespace FheOrleans.Networks.Compilation.Passes;

/// <summary>Last: marks where each register is read for the last time, so that ciphertexts are let go as soon as they can be.</summary>
internal static class Liveness
{
    public static Circuit Mark(IEnumerable<Instruction> program, int registerCount, ImmutableArray<int> outputs, LiveMemory memory)
    {
        var instructions = program.ToList();
        var isRead = new bool[registerCount];
        foreach (var output in outputs) isRead[output] = true;
        foreach (var kept in memory.Kept) isRead[kept.Register] = true;
        for (var i = instructions.Count - 1; i >= 0; i--)
        {
            var instruction = instructions[i];
            var releasesLeft = IsLast(isRead, instruction.Left, instruction.Target);
            var releasesRight = instruction.Right != instruction.Left && IsLast(isRead, instruction.Right, instruction.Target);
            instructions[i] = instruction with { ReleasesLeft = releasesLeft, ReleasesRight = releasesRight };
        }
        return new Circuit([.. instructions], registerCount, outputs, PeakLimbs(instructions, registerCount)) { Memory = memory };
    }

    private static bool IsLast(bool[] isRead, int register, int target)
    {
        if (register < 0) return false;
        var isLast = !isRead[register] && register != target;
        isRead[register] = true;
        return isLast;
    }

    private static int PeakLimbs(List<Instruction> instructions, int registerCount)
    {
        var limbs = new int[registerCount];
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
            if (instruction.ReleasesLeft) Hold(instruction.Left, 0);
            if (instruction.ReleasesRight) Hold(instruction.Right, 0);
        }
        return peak;
    }
}
