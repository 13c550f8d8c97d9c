namespace Orleans;

/// <summary>Why a grain is deactivated, as a code.</summary>
public enum DeactivationReasonCode : byte
{
    /// <summary>Not said.</summary>
    None,

    /// <summary>The process is stopping.</summary>
    ShuttingDown,

    /// <summary>The grain could not be activated.</summary>
    ActivationFailed,

    /// <summary>Nobody has called the grain for a while.</summary>
    ActivationIdle,

    /// <summary>The grain asked for it.</summary>
    ApplicationRequested,

    /// <summary>The stored state was changed behind the activation's back.</summary>
    ApplicationError,
}

/// <summary>Why a grain is deactivated.</summary>
/// <param name="code">The reason as a code.</param>
/// <param name="exception">What went wrong, if anything did.</param>
/// <param name="text">The reason in words.</param>
public readonly struct DeactivationReason(DeactivationReasonCode code, Exception? exception, string text)
{
    /// <summary>A reason without an exception.</summary>
    /// <param name="code">The reason as a code.</param>
    /// <param name="text">The reason in words.</param>
    public DeactivationReason(DeactivationReasonCode code, string text) : this(code, null, text)
    {
    }

    /// <summary>The reason as a code.</summary>
    public DeactivationReasonCode ReasonCode { get; } = code;

    /// <summary>The reason in words.</summary>
    public string Description { get; } = text;

    /// <summary>What went wrong, if anything did.</summary>
    public Exception? Exception { get; } = exception;

    /// <summary>Code and words.</summary>
    /// <returns>The text.</returns>
    public override string ToString() => $"{ReasonCode}: {Description}";
}
