using FheOrleans.Ckks;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Networks.Execution;

/// <summary>
/// What a run holds: each register's ciphertext until it was read for the last time. Those it made itself come from a pool and go back
/// there; inputs belong to the caller and are never written to.
/// </summary>
/// <remarks>
/// Threads that run different instructions use it at the same time. A register is written by one instruction, which all others wait for,
/// and only the count of those that still have to read it is shared.
/// </remarks>
internal sealed class Registers(Circuit circuit, CiphertextPool pool)
{
    private readonly Ciphertext?[] _ciphertexts = new Ciphertext?[circuit.RegisterCount];

    // The limbs a register's ciphertext was rented with; 0 for an input.
    private readonly int[] _rented = new int[circuit.RegisterCount];
    private readonly int[] _readers = new int[circuit.RegisterCount];

    public Ciphertext this[int register] => _ciphertexts[register]!;

    public void Prepare() => circuit.Reads.AsSpan().CopyTo(_readers);

    public void PutInput(int register, Ciphertext input) => _ciphertexts[register] = input;

    /// <summary>A ciphertext for an instruction's result, with room for it.</summary>
    public Ciphertext Make(in Instruction instruction)
    {
        // Rented before anything is noted: where there is no memory for it, there is nothing to give back.
        var made = pool.Rent(instruction.Size, instruction.Level);
        (_ciphertexts[instruction.Target], _rented[instruction.Target]) = (made, instruction.Size * (instruction.Level + 1));
        return made;
    }

    /// <summary>The same for an operation that may write over its operand: that itself, where nothing else reads it any more.</summary>
    public Ciphertext MakeFrom(in Instruction instruction)
    {
        var (left, target) = (instruction.Left, instruction.Target);
        if (_rented[left] == 0 || Volatile.Read(ref _readers[left]) != 1) return Make(instruction);
        (_ciphertexts[target], _rented[target]) = (_ciphertexts[left], _rented[left]);
        (_ciphertexts[left], _rented[left]) = (null, 0);
        return _ciphertexts[target]!;
    }

    /// <summary>Lets go of what an instruction was the last to read.</summary>
    public void Release(int[] reads)
    {
        foreach (var register in reads)
        {
            if (Interlocked.Decrement(ref _readers[register]) == 0) LetGo(register);
        }
    }

    /// <summary>Copies of the results and of what the circuit keeps: the caller's, for good.</summary>
    public Ciphertext[] TakeResults()
    {
        var results = new Ciphertext[circuit.Outputs.Length + circuit.Memory.Kept.Length];
        for (var i = 0; i < results.Length; i++)
        {
            var register = i < circuit.Outputs.Length ? circuit.Outputs[i] : circuit.Memory.Kept[i - circuit.Outputs.Length].Register;
            results[i] = _rented[register] == 0 ? _ciphertexts[register]! : _ciphertexts[register]!.Clone();
        }
        return results;
    }

    /// <summary>Lets go of everything, after a run or a failure.</summary>
    public void Clear()
    {
        for (var register = 0; register < _ciphertexts.Length; register++) LetGo(register);
    }

    private void LetGo(int register)
    {
        if (_rented[register] > 0) pool.Return(_ciphertexts[register]!, _rented[register]);
        (_ciphertexts[register], _rented[register]) = (null, 0);
    }
}
