using FheOrleans.Networks.Compilation;

namespace FheOrleans.Networks.Execution;

/// <content>
/// Which instruction is next: the first one in the program's order that waits for nothing. So one thread runs the program as it is written,
/// and several stay close together and hold little more.
/// </content>
internal sealed partial class CircuitRun
{
    /// <summary>
    /// An idle thread loads inputs this many instructions ahead at most: they are large, and all of them could be loaded at once.
    /// </summary>
    private const int InputLookahead = 32;

    private readonly int[] _waiting;
    private readonly bool[] _done;
    private readonly PriorityQueue<int, int> _ready;
    private int _floor;
    private int _running;
    private int _left;

    private void PrepareOrder()
    {
        _graph.Waiting.CopyTo(_waiting, 0);
        Array.Clear(_done);
        _ready.Clear();
        for (var i = 0; i < _waiting.Length; i++)
        {
            if (_waiting[i] == 0) _ready.Enqueue(i, i);
        }
        (_floor, _running, _left) = (0, 0, _waiting.Length);
    }

    /// <summary>Whether an instruction may start now.</summary>
    private bool HasNext() => _failure is null
        && _ready.TryPeek(out var next, out _)
        && (next <= _floor + InputLookahead || _circuit.Instructions[next].Operation != Operation.Input);

    /// <summary>Takes the next instruction that may start; -1 if there is none now.</summary>
    private int TakeNext()
    {
        if (!HasNext()) return -1;
        _running++;
        return _ready.Dequeue();
    }

    private void Finish(int instruction)
    {
        _running--;
        _left--;
        _done[instruction] = true;
        while (_floor < _done.Length && _done[_floor]) _floor++;
        foreach (var dependent in _graph.Dependents[instruction])
        {
            if (--_waiting[dependent] == 0) _ready.Enqueue(dependent, dependent);
        }
    }
}
