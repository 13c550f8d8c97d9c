namespace FheOrleans.Networks.Compilation.Passes;

/// <summary>
/// Sixth pass: the order of instructions. Emission goes neuron by neuron and holds every input that a later neuron wants; the order made
/// here goes input by input, adding each to all sums that read it, and holds those sums. Which of both holds less depends on the network.
/// </summary>
internal static class Scheduler
{
    /// <summary>
    /// The same instructions with inputs loaded one after another, each only when nothing else is left to do; otherwise in the order given.
    /// </summary>
    public static List<Instruction> InputByInput(List<Instruction> instructions, int registerCount)
    {
        var (waiting, dependents) = Dependencies(instructions, registerCount);
        var ready = new PriorityQueue<int, int>();
        var inputs = new PriorityQueue<int, int>();
        void Release(int instruction)
        {
            if (instructions[instruction].Operation == Operation.Input) inputs.Enqueue(instruction, instruction);
            else ready.Enqueue(instruction, instruction);
        }

        for (var i = 0; i < waiting.Length; i++)
        {
            if (waiting[i] == 0) Release(i);
        }
        var ordered = new List<Instruction>(instructions.Count);
        while (ready.TryDequeue(out var next, out _) || inputs.TryDequeue(out next, out _))
        {
            ordered.Add(instructions[next]);
            foreach (var dependent in dependents[next] ?? [])
            {
                if (--waiting[dependent] == 0) Release(dependent);
            }
        }
        return ordered;
    }

    /// <summary>
    /// For each instruction how many earlier ones it waits for, and which later ones wait for it: it reads what they wrote last, or it
    /// changes a register that they read or wrote.
    /// </summary>
    private static (int[] Waiting, List<int>?[] Dependents) Dependencies(List<Instruction> instructions, int registerCount)
    {
        var waiting = new int[instructions.Count];
        var dependents = new List<int>?[instructions.Count];
        var writers = new int[registerCount];
        Array.Fill(writers, -1);
        var readers = new List<int>?[registerCount];
        void Wait(int instruction, int earlier)
        {
            if (earlier < 0 || earlier == instruction) return;
            (dependents[earlier] ??= []).Add(instruction);
            waiting[instruction]++;
        }

        for (var i = 0; i < instructions.Count; i++)
        {
            var (left, right, target) = (instructions[i].Left, instructions[i].Right, instructions[i].Target);
            foreach (var operand in (ReadOnlySpan<int>)[left, right])
            {
                if (operand < 0) continue;
                Wait(i, writers[operand]);
                if (operand != target) (readers[operand] ??= []).Add(i);
            }
            if (target != left) Wait(i, writers[target]);
            foreach (var reader in readers[target] ?? []) Wait(i, reader);
            readers[target]?.Clear();
            writers[target] = i;
        }
        return (waiting, dependents);
    }
}
