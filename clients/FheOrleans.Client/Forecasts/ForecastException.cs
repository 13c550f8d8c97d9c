namespace FheOrleans.Client.Forecasts;

/// <summary>A forecast could not be made or read.</summary>
public abstract class ForecastException : Exception
{
    private protected ForecastException(string message, Exception? inner = null)
        : base(message, inner)
    {
    }
}

/// <summary>A result was decrypted and is noise: it was not computed under this secret key, or it was altered on the way.</summary>
/// <remarks>
/// Two signs, both far from anything that rounding can do. Where windows are packed as real numbers, every slot of a right result has an
/// imaginary part of the size of the rounding error; under a wrong key it is of the size of the ciphertext modulus over the scale.
/// And a right value lies within what the network can reach: the only sign where the imaginary parts hold forecasts too. The values
/// themselves are not reported: they are noise.
/// </remarks>
public sealed class UnreadableResultException : ForecastException
{
    internal UnreadableResultException(string inference, int part, string keySet)
        : base($"Part {part} of inference '{inference}' decrypts to noise with the secret key of key set '{keySet}': it was not computed from data encrypted under that key, or it was altered on the way. "
            + "It is not shown as a forecast. Check that --home is the folder the data was uploaded from, then upload and predict again.")
        => (Inference, Part, KeySet) = (inference, part, keySet);

    /// <summary>The inference.</summary>
    public string Inference { get; }

    /// <summary>The part of it, from 0.</summary>
    public int Part { get; }

    /// <summary>The key set whose secret key was tried.</summary>
    public string KeySet { get; }
}

/// <summary>The secret key a result needs is not in this home.</summary>
/// <param name="keySet">The key set.</param>
public sealed class SecretKeyMissingException(string keySet)
    : ForecastException($"The secret key of key set '{keySet}' is not in this home, and without it nothing of that key set can be read. Use the --home the data was uploaded from.")
{
    /// <summary>The key set.</summary>
    public string KeySet { get; } = keySet;
}

/// <summary>A result does not have the form that its circuit's plan states.</summary>
/// <param name="found">What was found.</param>
/// <param name="expected">What the plan states.</param>
public sealed class UnexpectedResultException(string found, string expected)
    : ForecastException($"The node's result is not the circuit's: found {found}, expected {expected}. Nothing was decrypted. Ask the node's operator; predict again under another inference id.");

/// <summary>The node ended an inference without a result.</summary>
/// <param name="inference">The inference.</param>
/// <param name="reason">What the node said.</param>
public sealed class InferenceEndedException(string inference, string reason)
    : ForecastException($"Inference '{inference}' ended without a forecast: {reason} Start it again under another id.")
{
    /// <summary>The inference.</summary>
    public string Inference { get; } = inference;
}

/// <summary>Records and network do not fit each other.</summary>
/// <param name="found">Time points and features of the records.</param>
/// <param name="expected">Those of the network.</param>
public sealed class ShapeMismatchException((int TimePoints, int Features) found, (int TimePoints, int Features) expected)
    : ForecastException($"The records have windows of {found.TimePoints} points with {found.Features} inputs, the network takes {expected.TimePoints} with {expected.Features}. "
        + "Wrangle the records with the network's own columns and window, or train a network on these records.");

/// <summary>The herd's inputs have other names than those the model was trained on.</summary>
public sealed class OtherInputsException : ForecastException
{
    internal OtherInputsException(IReadOnlyList<string> wanted, IReadOnlyList<string> found)
        : base($"The model was trained on {string.Join(", ", wanted)}, in this order; this herd's inputs are {string.Join(", ", found)}. "
            + "Wrangle the records with the columns that mean the same (farm wrangle --columns target=...,numeric=...), or, where only the "
            + "names differ, say so with --accept-inputs.")
        => (Wanted, Found) = (wanted, found);

    /// <summary>The model's inputs, in its order.</summary>
    public IReadOnlyList<string> Wanted { get; }

    /// <summary>The herd's inputs, in its order.</summary>
    public IReadOnlyList<string> Found { get; }
}

/// <summary>A live forecast's points are scaled by other ranges than those a version of its model was trained on.</summary>
/// <param name="subscription">The live forecast.</param>
/// <param name="version">The version.</param>
public sealed class OtherScalingException(string subscription, int version)
    : ForecastException($"Version {version} was trained on records of other ranges than the points of '{subscription}' were scaled by, and "
        + "what is encrypted cannot be scaled anew. "
        + "Begin another live forecast with it: farm append FILE --subscription NAME --model MODEL@" + $"{version}.");

/// <summary>A dataset was encrypted for one model's circuit, and another model's circuit takes other ciphertexts.</summary>
/// <param name="dataset">The dataset.</param>
/// <param name="model">The model asked for.</param>
public sealed class OtherCircuitException(string dataset, string model)
    : ForecastException($"Dataset '{dataset}' was encrypted for a circuit that takes other parameters, levels, scales, windows or "
        + $"ranges of inputs than that of '{model}'. Upload the herd for that model: farm upload --model {model}.");

/// <summary>A herd has no windows to forecast.</summary>
/// <param name="part">The part asked for.</param>
public sealed class NothingToForecastException(string part)
    : ForecastException($"The herd has no windows in its part '{part}'. Choose another part with --part, or wrangle records with longer unbroken runs.");

/// <summary>No circuit could be had for a network in the form asked for, or in any.</summary>
/// <param name="reason">What the compiler said.</param>
/// <param name="inner">The refusal.</param>
public sealed class NoCircuitException(string reason, Exception inner)
    : ForecastException($"The network cannot be evaluated on encrypted data as asked: {reason} Choose another --form or another network.",
        inner);
