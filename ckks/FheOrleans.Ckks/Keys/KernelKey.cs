using System.Numerics;
using System.Runtime.CompilerServices;
using FheOrleans.Ckks.Arithmetic;

namespace FheOrleans.Ckks;

/// <summary>
/// The pairs (b_d, a_d) of a key for key switching as the sums of products read them: one stream from end to end for each prime.
/// </summary>
/// <remarks>
/// <code>
///   prime m:   block 0                                          block 1 ..
///              digit 0           digit 1          ..
///              8 of b_0, 8 of a_0, 8 of b_1, 8 of a_1, ..
/// </code>
/// <para>
/// Where there are lanes, a prime of up to 50 bits has its residues as centred doubles, a larger one as (upper 30 bits)·2^32 + lower 30
/// bits; without lanes they are plain words. The key of an automorphism σ is kept as σ^-1(key): Σ σ(d)·key = σ(Σ d·σ^-1(key)), so that the
/// values are moved once at the end, and digits serve any number of rotations.
/// </para>
/// </remarks>
internal sealed class KernelKey
{
    private readonly AlignedWords[] _primes;
    private readonly RnsContext _context;
    private readonly int _blockShift;
    private readonly int[]? _sources; // of σ: value i comes from value _sources[i]; null for no automorphism

    /// <summary>Brings a key into kernel form.</summary>
    /// <param name="context">Primes.</param>
    /// <param name="digits">For each digit b, then a, over all primes.</param>
    /// <param name="sources">Where σ takes each value from; null for the identity.</param>
    [MethodImpl(Kernel.Loop)]
    public KernelKey(RnsContext context, ReadOnlySpan<AlignedWords> digits, int[]? sources)
    {
        (_context, _sources, DigitCount) = (context, sources, digits.Length);
        _blockShift = BitOperations.Log2((uint)Math.Min(LaneWidth.Block, context.Degree));
        _primes = new AlignedWords[context.Moduli.Length];
        for (var prime = 0; prime < _primes.Length; prime++)
        {
            _primes[prime] = AlignedWords.Lasting(2 * digits.Length * context.Degree);
            for (var d = 0; d < digits.Length; d++)
            {
                for (var c = 0; c < 2; c++) Pack(digits[d].Span.Slice(((c * _primes.Length) + prime) * context.Degree, context.Degree), prime, d, c);
            }
        }
    }

    /// <summary>Digits that there are keys for: the data primes.</summary>
    public int DigitCount { get; }

    /// <summary>The stream of one prime: 2·DigitCount·N entries.</summary>
    public ReadOnlySpan<ulong> this[int prime] => _primes[prime].Span;

    /// <summary>Writes the plain words of one digit again: b, then a.</summary>
    [MethodImpl(Kernel.Loop)]
    public AlignedWords Unpack(int digit)
    {
        var n = _context.Degree;
        var words = AlignedWords.Uninitialized(2 * _primes.Length * n);
        for (var prime = 0; prime < _primes.Length; prime++)
        {
            for (var c = 0; c < 2; c++) Unpack(words.Span.Slice(((c * _primes.Length) + prime) * n, n), prime, digit, c);
        }
        return words;
    }

    [MethodImpl(Kernel.Loop)]
    private void Pack(ReadOnlySpan<ulong> words, int prime, int digit, int c)
    {
        var form = FormOf(prime);
        var q = _context.Moduli[prime].Value;
        var to = _primes[prime].Span;
        var sources = _sources;
        for (var i = 0; i < words.Length; i++)
        {
            var word = words[i];
            to[Place(sources is null ? i : sources[i], digit, c)] = form switch
            {
                Form.Doubles => BitConverter.DoubleToUInt64Bits((long)(word - (q & (ulong)((long)((q >> 1) - word) >> 63)))),
                Form.Halves => LimbKernels.PackHalves(word),
                _ => word,
            };
        }
    }

    [MethodImpl(Kernel.Loop)]
    private void Unpack(Span<ulong> words, int prime, int digit, int c)
    {
        var form = FormOf(prime);
        var q = _context.Moduli[prime];
        var from = _primes[prime].Span;
        var sources = _sources;
        for (var i = 0; i < words.Length; i++)
        {
            var entry = from[Place(sources is null ? i : sources[i], digit, c)];
            words[i] = form switch
            {
                Form.Doubles => q.ReduceSigned((long)BitConverter.UInt64BitsToDouble(entry)),
                Form.Halves => LimbKernels.UnpackHalves(entry),
                _ => entry,
            };
        }
    }

    private Form FormOf(int prime)
    {
        if (!LaneWidth.HasLanes(_context.Degree)) return Form.Words;
        return _context.Moduli[prime].Bits <= FloatModulus.MaximumBits ? Form.Doubles : Form.Halves;
    }

    [MethodImpl(Kernel.Step)]
    private int Place(int index, int digit, int c)
    {
        var (block, within) = (index >> _blockShift, index & ((1 << _blockShift) - 1));
        return (((((block * DigitCount) + digit) * 2) + c) << _blockShift) + within;
    }

    private enum Form
    {
        Words,
        Doubles,
        Halves,
    }
}
