using FheOrleans.Ckks;

namespace FheOrleans.Networks.Execution;

/// <summary>
/// Ciphertexts that circuits write their intermediate values into, again and again: in steady state running a circuit allocates its results
/// only. Thread-safe; one pool may serve all runners of the same parameters.
/// </summary>
/// <param name="parameters">The parameters of all its ciphertexts.</param>
/// <param name="maximumFreeBytes">
/// The most that waits for its next use; what comes back beyond that is left to the collector. 0 keeps nothing. No bound by default.
/// </param>
public sealed class CiphertextPool(CkksParameters parameters, long maximumFreeBytes = long.MaxValue)
{
    private readonly Lock _gate = new();

    // By capacity in limbs, counted over all polynomials.
    private readonly Dictionary<int, Stack<Ciphertext>> _free = [];
    private long _freeLimbs;

    /// <summary>The parameters of all its ciphertexts.</summary>
    public CkksParameters Parameters { get; } = parameters ?? throw new ArgumentNullException(nameof(parameters));

    /// <summary>Bytes of the ciphertexts that wait for their next use.</summary>
    public long FreeBytes
    {
        get
        {
            lock (_gate) return 8L * Parameters.PolynomialDegree * _freeLimbs;
        }
    }

    /// <summary>Lets go of everything that waits for its next use.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _free.Clear();
            _freeLimbs = 0;
        }
    }

    /// <summary>A ciphertext with room for some limbs; its words are left from an earlier use.</summary>
    internal Ciphertext Rent(int size, int level)
    {
        var limbs = size * (level + 1);
        lock (_gate)
        {
            if (_free.TryGetValue(limbs, out var waiting) && waiting.TryPop(out var ciphertext))
            {
                _freeLimbs -= limbs;
                return ciphertext;
            }
        }
        return Ciphertext.Allocate(Parameters, size, level);
    }

    /// <summary>Takes back what was rented with as many limbs.</summary>
    internal void Return(Ciphertext ciphertext, int limbs)
    {
        lock (_gate)
        {
            if (8L * Parameters.PolynomialDegree * (_freeLimbs + limbs) > maximumFreeBytes) return;
            if (!_free.TryGetValue(limbs, out var waiting)) _free.Add(limbs, waiting = new Stack<Ciphertext>());
            waiting.Push(ciphertext);
            _freeLimbs += limbs;
        }
    }
}
