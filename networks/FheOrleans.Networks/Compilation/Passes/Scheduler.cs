namespace FheOrleans.Networks.Compilation.Passes;

/// <summary>
/// Seventh pass: the order of instructions. Emission goes neuron by neuron and holds every input that a later neuron wants; the order made
/// here goes input by input, adding a few at a time to all sums that read them, and holds those sums. Which of both holds less depends on
/// the network.
/// </summary>
internal static class Scheduler
{
    /// <summary>
    /// Inputs loaded together: what they add to one sum becomes one instruction, and that many of them are held.
    /// </summary>
    private const int InputsAtATime = 7;

    /// <summary>
    /// The same instructions with inputs loaded a few after another, only when nothing else is left to do; otherwise in the order given.
    /// </summary>
    public static List<Instruction> InputByInput(List<Instruction> instructions, int registerCount)
    {
        var graph = InstructionGraph.Of(instructions, registerCount);
        var waiting = graph.Waiting;
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
        void Take(int next)
        {
            ordered.Add(instructions[next]);
            foreach (var dependent in graph.Dependents[next])
            {
                if (--waiting[dependent] == 0) Release(dependent);
            }
        }

        while (ready.Count > 0 || inputs.Count > 0)
        {
            while (ready.TryDequeue(out var next, out _)) Take(next);
            for (var i = 0; i < InputsAtATime && inputs.TryDequeue(out var input, out _); i++) Take(input);
        }
        return ordered;
    }
}
