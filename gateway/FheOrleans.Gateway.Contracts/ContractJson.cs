using System.Text.Json;
using System.Text.Json.Serialization;

namespace FheOrleans.Gateway.Contracts;

/// <summary>How every body of the contract is written and read, on both sides.</summary>
public static class ContractJson
{
    /// <summary>
    /// Camel case; a missing or null member that is not optional is an error; unknown members of requests are an error, of answers they
    /// are skipped.
    /// </summary>
    public static JsonSerializerOptions Options { get; } = Create();

    private static JsonSerializerOptions Create()
    {
        var options = new JsonSerializerOptions();
        Apply(options);
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }

    /// <summary>Gives <paramref name="options"/> the contract's settings, for hosts that own their options object.</summary>
    /// <param name="options">Options that are not in use yet.</param>
    public static void Apply(JsonSerializerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.PropertyNamingPolicy = JsonNamingPolicy.CamelCase;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        options.AllowDuplicateProperties = false;
        options.MaxDepth = 32;
    }
}
