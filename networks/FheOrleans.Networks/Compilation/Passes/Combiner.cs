namespace FheOrleans.Networks.Compilation.Passes;

/// <summary>
/// Eighth pass: scalar products that are added to one sum one after another become one instruction, which goes through memory once and
/// reduces once at its end.
/// </summary>
/// <remarks>
/// Between two terms nothing may stand but loads of other terms: so a sum that the scheduler takes up input by input stays in as many
/// pieces, and no more inputs are held than it wanted. All terms of a combination have one level, scale and size.
/// </remarks>
internal sealed class Combiner
{
    /// <summary>Bounds what is held for one instruction. The paper's convolution has 35 terms.</summary>
    private const int MostTerms = 48;

    private readonly List<Instruction> _combined = [];
    private readonly List<WeightedRegister> _terms = [];

    // Loads seen since the last term: they come before a combination that goes on, and after one that has ended.
    private readonly List<Instruction> _loads = [];
    private readonly (int Level, double Scale, int Size)[] _shapes;
    private Instruction _first;

    private Combiner(int registerCount) => _shapes = new (int, double, int)[registerCount];

    /// <summary>The same program with combinations.</summary>
    public static List<Instruction> Combine(IEnumerable<Instruction> program, int registerCount)
    {
        var combiner = new Combiner(registerCount);
        foreach (var instruction in program) combiner.Take(instruction);
        combiner.Flush();
        return combiner._combined;
    }

    private void Take(Instruction instruction)
    {
        switch (instruction.Operation)
        {
            case Operation.MultiplyScalar:
                Start(instruction, instruction.Left);
                break;
            case Operation.MultiplyScalarAdd when _terms.Count is > 0 and < MostTerms && Continues(instruction):
                Load();
                _terms.Add(new WeightedRegister(instruction.Right, instruction.Value));
                break;
            case Operation.MultiplyScalarAdd:
                Start(instruction, instruction.Right);
                break;
            case Operation.Input:
            case Operation.DropLevel when instruction.Left != _first.Target:
                _loads.Add(instruction);
                break;
            default:
                Flush();
                _combined.Add(instruction);
                break;
        }
        _shapes[instruction.Target] = (instruction.Level, instruction.Scale, instruction.Size);
    }

    private bool Continues(Instruction instruction) => instruction.Target == _first.Target
        && instruction.PlainScale == _first.PlainScale
        && _shapes[instruction.Right] == _shapes[_terms[0].Register]
        && _shapes[instruction.Right].Size == instruction.Size;

    private void Start(Instruction instruction, int source)
    {
        Flush();
        _first = instruction;
        _terms.Add(new WeightedRegister(source, instruction.Value));
    }

    private void Flush()
    {
        if (_terms.Count == 1) _combined.Add(_first);
        if (_terms.Count > 1)
        {
            _combined.Add(_first with
            {
                Operation = _first.Operation == Operation.MultiplyScalar ? Operation.Combine : Operation.CombineAdd,
                Left = -1,
                Right = -1,
                Value = 0,
                Operands = [.. _terms],
            });
        }
        _terms.Clear();
        Load();
    }

    private void Load()
    {
        _combined.AddRange(_loads);
        _loads.Clear();
    }
}
