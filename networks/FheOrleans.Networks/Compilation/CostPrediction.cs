namespace FheOrleans.Networks.Compilation;

/// <summary>What a job is expected to take.</summary>
public sealed record CostPrediction
{
    /// <summary>Batches the job is cut into.</summary>
    public required int Batches { get; init; }

    /// <summary>Seconds of encoding and encrypting at the client.</summary>
    public required double EncryptSeconds { get; init; }

    /// <summary>Seconds of evaluating at the node.</summary>
    public required double EvaluateSeconds { get; init; }

    /// <summary>Seconds of decrypting and decoding at the client.</summary>
    public required double DecryptSeconds { get; init; }

    /// <summary>Seconds that inputs and results are on the wire.</summary>
    public required double TransferSeconds { get; init; }

    /// <summary>Bytes of all inputs, uncompressed.</summary>
    public required long UploadBytes { get; init; }

    /// <summary>Bytes of all results, uncompressed.</summary>
    public required long ResultBytes { get; init; }

    /// <summary>Bytes of evaluation keys, uploaded once and not counted in any time.</summary>
    public required long KeyBytes { get; init; }

    /// <summary>The largest error that encryption is expected to add to a forecast.</summary>
    public required double Error { get; init; }

    /// <summary>Seconds from clear windows to decrypted forecasts, one step after another.</summary>
    public double TotalSeconds => EncryptSeconds + TransferSeconds + EvaluateSeconds + DecryptSeconds;
}
