using System.Numerics;
using FheOrleans.Ckks;
using FheOrleans.Ckks.Secrets;
using FheOrleans.Ckks.Wire;
using FheOrleans.Networks.Compilation;

namespace FheOrleans.Client.Forecasts;

/// <summary>Decrypts a part's result and tells a result from noise.</summary>
internal sealed class ResultReader
{
    // A result may be this many times less exact than predicted before it is called noise; under a wrong key it is 10^8 times.
    private const double Allowance = 1000, LeastTolerance = 1e-4;

    // Largest plausible value before the epilogue: a pre-activation of a trained network is a few units, and the circuits keep room for 64.
    private const double LargestValue = 64;

    private readonly CircuitPlan _plan;
    private readonly CkksParameters _parameters;
    private readonly string _keySet;
    private readonly Decryptor _decryptor;
    private readonly CkksEncoder _encoder;

    public ResultReader(CircuitPlan plan, CkksParameters parameters, string keySet, SecretKey secret)
    {
        (_plan, _parameters, _keySet) = (plan, parameters, keySet);
        _decryptor = new(secret);
        _encoder = new(parameters);
    }

    /// <summary>Reads the slots of a part's outputs.</summary>
    /// <exception cref="WireFormatException">The bytes are no ciphertexts for these parameters.</exception>
    /// <exception cref="UnexpectedResultException">They are, and not the ones the plan states.</exception>
    /// <exception cref="UnreadableResultException">They decrypt to noise.</exception>
    public IReadOnlyList<Complex[]> Read(string inference, int part, ReadOnlySpan<byte> result)
    {
        var ciphertexts = SealReader.ReadCiphertexts(_parameters, result);
        if (ciphertexts.Count != _plan.Outputs) throw new UnexpectedResultException($"{ciphertexts.Count} ciphertexts", $"{_plan.Outputs}");
        return [.. ciphertexts.Select(ciphertext => Read(inference, part, ciphertext))];
    }

    private Complex[] Read(string inference, int part, Ciphertext ciphertext)
    {
        if (ciphertext.Size != _plan.OutputSize) throw new UnexpectedResultException($"size {ciphertext.Size}", $"size {_plan.OutputSize}");
        if (ciphertext.Level != _plan.OutputLevel) throw new UnexpectedResultException($"level {ciphertext.Level}", $"level {_plan.OutputLevel}");
        if (Math.Abs(ciphertext.Scale / _plan.OutputScale - 1) > 1e-9) throw new UnexpectedResultException($"scale {ciphertext.Scale:R}", $"scale {_plan.OutputScale:R}");
        var slots = _encoder.Decode(_decryptor.Decrypt(ciphertext));
        if (IsNoise(slots)) throw new UnreadableResultException(inference, part, _keySet);
        return slots;
    }

    private bool IsNoise(Complex[] slots)
    {
        // Where the imaginary parts hold forecasts too, only their size tells: noise exceeds it in nearly every slot.
        var imaginary = _plan.Form.IsComplex ? LargestValue : Math.Max(LeastTolerance, Allowance * _plan.PredictedError);
        foreach (var slot in slots)
        {
            // Written so that a NaN is noise too.
            if (!(Math.Abs(slot.Imaginary) <= imaginary && Math.Abs(slot.Real) <= LargestValue)) return true;
        }
        return false;
    }
}
