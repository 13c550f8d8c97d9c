using Microsoft.Extensions.Options;

namespace FheOrleans.Embedded;

/// <summary>How the embedded host runs grains.</summary>
public sealed class EmbeddedSiloOptions
{
    /// <summary>
    /// How long a grain stays in memory after its last request. Zero and negative values are refused.
    /// Defaults to 15 minutes, as in Orleans.
    /// </summary>
    public TimeSpan CollectionAge { get; set; } = TimeSpan.FromMinutes(15);

    /// <summary>
    /// How often the host looks for idle grains. Zero and negative values are refused. Defaults to 1 minute, as in Orleans.
    /// </summary>
    public TimeSpan CollectionQuantum { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// How long a caller waits for an answer where the method does not say otherwise; <see cref="Timeout.InfiniteTimeSpan"/> waits for
    /// ever, zero is refused. Defaults to 30 seconds, as in Orleans.
    /// </summary>
    public TimeSpan ResponseTimeout { get; set; } = TimeSpan.FromSeconds(30);
}

/// <summary>Checks <see cref="EmbeddedSiloOptions"/>, all faults at once.</summary>
internal sealed class EmbeddedSiloOptionsValidator : IValidateOptions<EmbeddedSiloOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, EmbeddedSiloOptions options)
    {
        var faults = new List<string>();
        if (options.CollectionAge <= TimeSpan.Zero) faults.Add($"CollectionAge is {options.CollectionAge}; it must be positive.");
        if (options.CollectionQuantum <= TimeSpan.Zero) faults.Add($"CollectionQuantum is {options.CollectionQuantum}; it must be positive.");
        if (options.ResponseTimeout <= TimeSpan.Zero && options.ResponseTimeout != Timeout.InfiniteTimeSpan)
            faults.Add($"ResponseTimeout is {options.ResponseTimeout}; it must be positive or infinite.");
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
