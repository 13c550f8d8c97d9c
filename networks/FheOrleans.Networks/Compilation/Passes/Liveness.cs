namespace FheOrleans.Networks.Compilation.Passes;

/// <summary>Last pass: marks where each register is read for the last time, so that ciphertexts are let go as soon as they can be.</summary>
internal static class Liveness
{
    public static Circuit Mark(List<Instruction> instructions, int registerCount, int output)
    {
        var isRead = new bool[registerCount];
        isRead[output] = true;
        for (var i = instructions.Count - 1; i >= 0; i--)
        {
            var instruction = instructions[i];
            var releasesLeft = IsLast(isRead, instruction.Left, instruction.Target);
            var releasesRight = instruction.Right != instruction.Left && IsLast(isRead, instruction.Right, instruction.Target);
            instructions[i] = instruction with { ReleasesLeft = releasesLeft, ReleasesRight = releasesRight };
        }
        return new Circuit([.. instructions], registerCount, output, Peak(instructions));
    }

    private static bool IsLast(bool[] isRead, int register, int target)
    {
        if (register < 0) return false;
        var isLast = !isRead[register] && register != target;
        isRead[register] = true;
        return isLast;
    }

    private static int Peak(List<Instruction> instructions)
    {
        var live = new HashSet<int>();
        var peak = 0;
        foreach (var instruction in instructions)
        {
            live.Add(instruction.Target);
            peak = Math.Max(peak, live.Count);
            if (instruction.ReleasesLeft) live.Remove(instruction.Left);
            if (instruction.ReleasesRight) live.Remove(instruction.Right);
        }
        return peak;
    }
}
