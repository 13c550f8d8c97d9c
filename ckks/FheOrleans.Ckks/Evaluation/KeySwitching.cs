using System.Runtime.CompilerServices;
using FheOrleans.Ckks.Arithmetic;
using FheOrleans.Ckks.Transform;

namespace FheOrleans.Ckks;

/// <summary>Carries a polynomial t over from a secret of its own to the secret s.</summary>
/// <remarks>
/// <code>
///   target ── inverse ──► digits d_0 .. d_(l-1)      for each prime m of P, q_0 .. q_(l-1):
///                                                    sum_m = Σ_i NTT_m(d_i mod m) · key_i[m]
///   destination = σ(c + round(sum / P))
/// </code>
/// <para>
/// The digit of prime i modulo prime i itself is the target's own limb: no transform. The special prime P goes first, so that each limb is
/// divided, added and stored as soon as its sum is there. Source: ePrint 2018/931 (section 4), Bajard et al. 2016 for the residue digits;
/// one special prime as in SEAL.
/// </para>
/// <para>
/// σ comes last: the key is kept as σ^-1(key) (<see cref="KernelKey"/>), and digits that are centred, and rounding, commute with σ. So the
/// transformed digits of a ciphertext serve all of its rotations (hoisting; ePrint 2018/244). SEAL's digits do not commute: with those
/// the target is moved before it is cut, and its digits are moved back.
/// </para>
/// </remarks>
internal readonly ref struct KeySwitching
{
    private readonly RnsContext _context;
    private readonly KeySwitchDigits _form;
    private readonly int _limbs;
    private readonly ReadOnlySpan<ulong> _target;
    private readonly Span<ulong> _coefficients; // l limbs
    private readonly Span<ulong> _transformed;  // l limbs; hoisted l·(l + 1)
    private readonly Span<ulong> _special;      // 2 limbs
    private readonly Span<ulong> _sums;         // 2 limbs
    private readonly Span<ulong> _remainder;    // 1 limb
    private readonly bool _isHoisted;

    /// <summary>Cuts a polynomial into digits.</summary>
    /// <param name="context">Transforms.</param>
    /// <param name="form">How digits are cut.</param>
    /// <param name="target">l limbs of words.</param>
    /// <param name="scratch">As many words as <see cref="ScratchWords"/> says.</param>
    /// <param name="hoist">Whether to transform all digits now, for several keys.</param>
    [MethodImpl(Kernel.Loop)]
    public KeySwitching(RnsContext context, KeySwitchDigits form, ReadOnlySpan<ulong> target, Span<ulong> scratch, bool hoist)
    {
        var n = context.Degree;
        _limbs = target.Length / n;
        (_context, _form, _isHoisted) = (context, form, hoist);
        _target = target;
        _special = scratch[..(2 * n)];
        _sums = scratch.Slice(2 * n, 2 * n);
        _remainder = scratch.Slice(4 * n, n);
        _coefficients = scratch.Slice(5 * n, _limbs * n);
        _transformed = scratch[((5 + _limbs) * n)..];
        for (var i = 0; i < _limbs; i++)
            RnsForms.ToCoefficients(context, i, target.Slice(i * n, n), _coefficients.Slice(i * n, n), form);
        if (!hoist) return;
        for (var place = 0; place <= _limbs; place++) TransformDigits(place, _transformed.Slice(place * _limbs * n, _limbs * n));
    }

    /// <summary>Words of scratch memory for a polynomial of l limbs.</summary>
    public static int ScratchWords(RnsContext context, int limbs, bool hoist) =>
        (5 + limbs + (hoist ? limbs * (limbs + 1) : limbs)) * context.Degree;

    /// <summary>destination = σ(first, second) + what stands for σ(target·t) under s; σ is the key's automorphism, if it has one.</summary>
    /// <param name="key">A key for t, or for σ(t).</param>
    /// <param name="first">l limbs.</param>
    /// <param name="second">l limbs, or empty for zero.</param>
    /// <param name="destination">Size 2, l limbs. Without σ it may hold first and second itself.</param>
    /// <param name="inverse">σ^-1 when the target was moved before it was cut.</param>
    [MethodImpl(Kernel.Loop)]
    public void Apply(KeySwitchKey key, ReadOnlySpan<ulong> first, ReadOnlySpan<ulong> second, Ciphertext destination, GaloisPermutation? inverse = null)
    {
        var n = _context.Degree;
        var special = _context.Moduli.Length - 1;
        var kernel = key.Kernel;
        Sum(_limbs, kernel, inverse, _special);
        for (var c = 0; c < 2; c++) RnsForms.SumToCoefficients(_context, special, _special.Slice(c * n, n));
        for (var j = 0; j < _limbs; j++)
        {
            Sum(j, kernel, inverse, _sums);
            for (var c = 0; c < 2; c++)
            {
                var polynomial = c == 0 ? first : second;
                var addend = polynomial.IsEmpty ? polynomial : polynomial.Slice(j * n, n);
                RnsForms.TransformAt(_context, special, _special.Slice(c * n, n), j, _remainder, KeySwitchDigits.Centred);
                RnsForms.Divide(
                    _context, j, special, _sums.Slice(c * n, n), isSum: true, _remainder, addend, key.Permutation, destination.MutableLimb(c, j));
            }
        }
    }

    /// <summary>The two sums of products modulo one prime; place l is the special one.</summary>
    [MethodImpl(Kernel.Loop)]
    private void Sum(int place, KernelKey key, GaloisPermutation? inverse, Span<ulong> sums)
    {
        var n = _context.Degree;
        var prime = PrimeAt(place);
        var digits = _isHoisted ? _transformed.Slice(place * _limbs * n, _limbs * n) : _transformed[..(_limbs * n)];
        if (!_isHoisted) TransformDigits(place, digits);
        for (var i = 0; inverse is not null && i < _limbs; i++)
        {
            inverse.Apply(digits.Slice(i * n, n), _remainder);
            _remainder.CopyTo(digits.Slice(i * n, n));
        }
        var q = _context.Moduli[prime];
        if (_context.Lanes > 1) LimbKernels.SumOfProductsLanes(digits, _limbs, key[prime], key.DigitCount, sums[..n], sums[n..], q, _context.Lanes);
        else LimbKernels.SumOfProducts(digits, _limbs, key[prime], key.DigitCount, sums[..n], sums[n..], q);
    }

    [MethodImpl(Kernel.Loop)]
    private void TransformDigits(int place, Span<ulong> digits)
    {
        var n = _context.Degree;
        var prime = PrimeAt(place);
        for (var i = 0; i < _limbs; i++)
        {
            var digit = digits.Slice(i * n, n);
            if (i == prime) RnsForms.OwnTransform(_context, i, _target.Slice(i * n, n), digit);
            else RnsForms.TransformAt(_context, i, _coefficients.Slice(i * n, n), prime, digit, _form);
        }
    }

    private int PrimeAt(int place) => place == _limbs ? _context.Moduli.Length - 1 : place;
}
