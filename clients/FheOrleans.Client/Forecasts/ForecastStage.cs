namespace FheOrleans.Client.Forecasts;

/// <summary>What a forecast goes through, in order.</summary>
public enum ForecastStage
{
    /// <summary>Training in the clear.</summary>
    Train,

    /// <summary>Making the secret key and the keys the circuit needs.</summary>
    KeyGeneration,

    /// <summary>Sending keys, once for all forecasts of the same parameters.</summary>
    SendKeys,

    /// <summary>Packing and encrypting windows; what is encrypted is sent meanwhile.</summary>
    Encrypt,

    /// <summary>Sending ciphertexts, from when the last was encrypted until the node has them all.</summary>
    Upload,

    /// <summary>The node's computation on ciphertexts, waiting for its turn included.</summary>
    Evaluate,

    /// <summary>From the end of the computation until the last result was here.</summary>
    Push,

    /// <summary>Decrypting, checking and reading the results.</summary>
    Decrypt,
}

/// <summary>How far a stage is.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Done">Steps done, 0 to <paramref name="Total"/>.</param>
/// <param name="Total">Steps in all, at least 1.</param>
/// <param name="Detail">What the steps are, for people: "chunks", "parts".</param>
public readonly record struct StageProgress(ForecastStage Stage, long Done, long Total, string Detail);
