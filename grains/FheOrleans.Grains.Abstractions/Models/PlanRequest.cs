using Orleans;

namespace FheOrleans.Grains;

/// <summary>Which of a network's circuits a data owner asks for: one of a form it names, or the best for its job.</summary>
[GenerateSerializer, Immutable, Alias("fhe.plan-request")]
public sealed record PlanRequest
{
    /// <summary>The form as text (<c>series</c>, <c>herd</c>, <c>polyphase-4-complex</c> ...); null to have it chosen for the
    /// job.</summary>
    [Id(0)]
    public string? Form { get; init; }

    /// <summary>Time points of all series together; used where no form is named.</summary>
    [Id(1)]
    public int TimePoints { get; init; }

    /// <summary>Windows to be forecast.</summary>
    [Id(2)]
    public int Windows { get; init; }

    /// <summary>The largest error that encryption may add to a forecast, in the network's units; 0 for the compiler's own
    /// bound.</summary>
    [Id(3)]
    public double MaximumError { get; init; }
}

/// <summary>A form that was weighed for a job, with what it is predicted to cost on this node's kind of machine.</summary>
[GenerateSerializer, Immutable, Alias("fhe.plan-candidate")]
public sealed record PlanCandidate
{
    /// <summary>The form as text.</summary>
    [Id(0)]
    public required string Form { get; init; }

    /// <summary>Seconds of encoding and encrypting.</summary>
    [Id(1)]
    public double EncryptSeconds { get; init; }

    /// <summary>Seconds of evaluation.</summary>
    [Id(2)]
    public double EvaluateSeconds { get; init; }

    /// <summary>Seconds of decrypting and decoding.</summary>
    [Id(3)]
    public double DecryptSeconds { get; init; }

    /// <summary>Bytes of the ciphertexts to upload.</summary>
    [Id(4)]
    public long UploadBytes { get; init; }

    /// <summary>Bytes of the results.</summary>
    [Id(5)]
    public long ResultBytes { get; init; }

    /// <summary>Bytes of evaluation keys, uploaded once.</summary>
    [Id(6)]
    public long KeyBytes { get; init; }

    /// <summary>The largest error that encryption is predicted to add.</summary>
    [Id(7)]
    public double PredictedError { get; init; }
}
